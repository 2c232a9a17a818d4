#!/usr/bin/env python3
"""Times shell commands against each other in alternating runs and prints medians as a table.

usage: compare.py [--runs N] [--bytes N] [--svg FILE] TITLE NAME=COMMAND...

The first command is ours; the ratio column is its wall time over the other's, run by run. Wall
and CPU seconds are of the whole command with all its children, CPU is per GB (10^9 bytes) of
--bytes, RSS is the largest single process. A command that fails ends the comparison. With ONLY=REGEX in the
environment, comparisons whose titles do not match are left out.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time


def run(command):
    start = time.monotonic()
    process = subprocess.Popen(["bash", "-o", "pipefail", "-c", command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"compare.py: failed: {command}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def chart(path, title, rows):
    """A bar a command: wall seconds, readable on light and dark backgrounds."""
    longest = max(wall for _, wall, *_ in rows)
    height = 34 + 24 * len(rows)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" font-family="sans-serif" font-size="13">',
             f'<text x="8" y="20" font-weight="bold" fill="#777">{title}: seconds, less is better</text>']
    for i, (name, wall, *_) in enumerate(rows):
        y = 34 + 24 * i
        width = 380 * wall / longest
        colour = "#2a7de1" if i == 0 else "#9aa5b1"
        lines.append(f'<text x="150" y="{y + 14}" text-anchor="end" fill="#777">{name}</text>'
                     f'<rect x="158" y="{y}" width="{width:.1f}" height="18" rx="2" fill="{colour}"/>'
                     f'<text x="{164 + width:.1f}" y="{y + 14}" fill="#777">{wall:.2f}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS", "5")))
    parser.add_argument("--bytes", type=int, default=0)
    parser.add_argument("--svg")
    parser.add_argument("title")
    parser.add_argument("commands", nargs="+")
    args = parser.parse_args()
    if not re.search(os.environ.get("ONLY", ""), args.title):
        return
    commands = [each.split("=", 1) for each in args.commands]

    results = {name: [] for name, _ in commands}
    for round_number in range(args.runs + 1):  # the first round warms caches and is not counted
        for name, command in commands:
            result = run(command)
            if round_number > 0:
                results[name].append(result)

    ours = [wall for wall, _, _ in results[commands[0][0]]]
    rows = []
    for name, _ in commands:
        walls, cpus, sizes = zip(*results[name])
        ratio = statistics.median(a / b for a, b in zip(ours, walls))
        rows.append((name, statistics.median(walls), ratio, statistics.median(cpus), max(sizes)))

    print(f"\n### {args.title}\n")
    print("| command | wall s | ours / this | CPU s" + ("/GB" if args.bytes else "") + " | RSS MiB |")
    print("|---|---:|---:|---:|---:|")
    for name, wall, ratio, cpu, size in rows:
        per = cpu / args.bytes * 1e9 if args.bytes else cpu
        print(f"| {name} | {wall:.2f} | {ratio:.2f} | {per:.2f} | {size:.0f} |")
    sys.stdout.flush()
    if args.svg:
        chart(args.svg, args.title, rows)


main()
