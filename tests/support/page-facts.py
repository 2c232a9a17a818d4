#!/usr/bin/env python3
"""page-facts.py DIRECTORY: facts and a history of 3 databases over 2 years, up to now, the same for
the same time: a backup a day with gaps, failures, growth, and the oldest about to be deleted."""
import datetime
import json
import random
import sys

random.seed(7)
now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
stamp = lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ")
with open(sys.argv[1] + "/facts", "w") as facts, open(sys.argv[1] + "/history", "w") as history:
    for number, group in enumerate(["appdb", "crm", "shop"]):
        size = 40e6 * (number + 1)
        for day in range(730, -1, -1):
            time = now - datetime.timedelta(days=day, hours=3)
            size *= 1 + random.uniform(-0.004, 0.009)
            failed = random.random() < 0.012 or (group == "crm" and day < 4)
            run = {"name": group, "start": stamp(time), "duration": int(size / 1e6 + random.uniform(0, 9)),
                   "status": "failed" if failed else "success", "exit": 65 if failed else 0, "tries": 1}
            if failed:
                run["reason"] = "exit status 65"
            history.write(json.dumps(run) + "\n")
            if failed or (group == "shop" and day in (40, 41, 42)):
                continue
            url = f"s3://backups/pg/{group}_{stamp(time)}.dump.gz.age"
            fact = {"action": "delete" if day > 726 else "keep", "url": url, "time": stamp(time),
                    "group": group, "size": int(size), "whole": True, "reason": "daily"}
            facts.write(json.dumps(fact) + "\n")
