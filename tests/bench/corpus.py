#!/usr/bin/env python3
"""Writes SIZE MiB of what pg_dump writes for a busy shop: COPY rows of several kinds. The same
bytes every time. usage: corpus.py SIZE [dense]

dense leaves out what compresses best, padded columns and free text: identifiers, numbers, times
and logged requests are left, at a third of their size after gzip -6."""

import datetime
import random
import sys

rng = random.Random(20231005)
WORDS = """account address amount april balance blue box button cable camera card cash chair city
claim clock cloud coat coin colour copy cost cotton country cover credit crown customer damage data
day deal delay desk detail door draft drive east engine error event fair field file filter fine
floor form frame fresh front gate glass gold green group guide hand harbour heavy hold hotel house
index invoice iron island item july key label lamp large late leaf left letter level light line
local lock long lunch mail main map march market matter meter metal minute mirror model money month
motor name near needle night north note number office open orange order owner paint panel paper
part party path pay pencil person phone picture piece pilot place plain plan plant plate point port
post power press price print prize product proof pump purple quarter queue quick quiet rain range
rate reason record red refund report return right ring river road room root round row rule safe
sail sale salt sample scale school screen sea seat second ship shop short side sign silver simple
size small snow sold south space spare speed spring square staff stage stamp station steel stock
stone store storm street strong summer supply table tail tax team test thick thin ticket time tool
top total tower track trade train travel tree trip truck turn type unit user value vat view visit
wagon wait wall warm wash watch water week weight west wheel white wide wind window winter wire
wood work yard year yellow zone""".split()
WEIGHTS = [1 / (rank + 5) for rank in range(len(WORDS))]  # words come as often as Zipf says


def clock(i):
    """Rows are written in order of time: a few seconds apart."""
    seconds = 1577836800 + i * 7 + rng.randint(0, 6)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def text(least, most):
    return " ".join(rng.choices(WORDS, WEIGHTS, k=rng.randint(least, most)))


def order(i):
    state = rng.choices(("sent", "paid", "new", "returned"), (90, 5, 4, 1))[0]
    return f"{i}\t{rng.randint(1, 20000)}\t{state}\t{rng.randint(1, 400) * 25 / 100:.2f}\tEUR\t{clock(i)}.{rng.randint(0, 999999):06d}+00\t\\N\tf"


def account(i):
    return f"{i}\t{i // 100000 + 1}\t{rng.randint(-5000, 5000)}\t{'':84}"


def customer(i):
    first, last = rng.choices(WORDS, WEIGHTS, k=2)
    return f"{i}\t{first.title()}\t{last.title()}\t{first}.{last}{i % 977}@example.org\t+49 {rng.randint(100, 999)} {rng.randint(100000, 9999999)}\t{clock(i)[:10]}\tt\t\\N"


def event(i):
    return f'{rng.getrandbits(128):032x}\t{clock(i)}+00\t{{"type": "{rng.choices(WORDS, WEIGHTS)[0]}", "user": {rng.randint(1, 20000)}, "ok": true, "path": "/{rng.choices(WORDS, WEIGHTS)[0]}/{rng.choices(WORDS, WEIGHTS)[0]}", "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/{rng.randint(100, 119)}.0"}}'


def token(i):
    return f"{i}\t{rng.getrandbits(128):032x}\t{rng.randint(1, 20000)}\t{rng.getrandbits(32):08x}\t{clock(i)}+00\t{rng.random() * 1000:.6f}"


def article(i):
    return f"{i}\t{text(2, 5)}\t{text(20, 90)}\t{rng.randint(0, 50)}\t{rng.randint(1, 9999) / 100:.2f}\t{clock(i)}+00"


TABLES = {
    "shop": ((order, 8000), (event, 8000), (account, 2000), (customer, 2000), (article, 400)),
    "dense": ((order, 8000), (token, 8000), (customer, 4000)),
}


def main():
    left = int(sys.argv[1]) << 20
    tables = TABLES[sys.argv[2] if len(sys.argv) > 2 else "shop"]
    out = sys.stdout.buffer
    number = 0
    while left > 0:
        for table, count in tables:
            rows = [table(number + i) for i in range(count)]
            block = ("\n".join(rows) + "\n").encode()[:left]
            out.write(block)
            left -= len(block)
        number += 8000


main()
