#!/usr/bin/env python3
"""promises.py ROOT: is every promise of the documents that the examples replace accounted for?

The READMEs of the examples list them by id. Each id has one line, which either names what exists (a
test with the id in its title, or a file of the tree) or says why there is none: "not ...". Prints
what is wrong, a line each."""
import pathlib
import re
import sys

# What each document promises, counted.
COUNTS = {"000": 31, "001": 71, "002": 47, "003": 46, "004": 36}
ID = re.compile(r"\b00[0-4]-\d\d\b")


def titles(root):
    for path in root.glob("tests/**/*.bats"):
        yield from re.findall(r'^@test "(.*)" \{', path.read_text(encoding="utf-8"), re.M)


def rows(root):
    """(README, ids, the rest of the row)"""
    for path in root.glob("examples/*/README.md"):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if line.startswith("| 00") and len(cells) > 2:
                yield path.relative_to(root), ID.findall(cells[0]), " ".join(cells[1:])


def files(text):
    """what it names of the tree"""
    for name in re.findall(r"(?:tests|examples|docs|docker)/[\w./-]+\w|\bmake [a-z-]+", text):
        yield name


def exists(root, name):
    if name.startswith("make "):
        return re.search(rf"^{name[5:]}\b.*:", (root / "Makefile").read_text(encoding="utf-8"), re.M) or \
            re.search(rf"\b{name[5:]}\b", (root / "Makefile").read_text(encoding="utf-8"))
    return (root / name).exists()


def main():
    root = pathlib.Path(sys.argv[1])
    tested = set(ID.findall(" ".join(titles(root))))
    seen = {}
    for readme, ids, text in rows(root):
        for name in files(text):
            if not exists(root, name) and not exists(root / readme.parent, name):
                print(f"{readme}: {' '.join(ids)}: there is no {name}")
        for promise in ids:
            seen.setdefault(promise, []).append(str(readme))
            if promise not in tested and not list(files(text)) and not re.search(r"\bnot\b|\bcannot\b", text):
                print(f"{readme}: {promise}: neither a test nor a reason: {text}")
    for seed, count in COUNTS.items():
        for number in range(1, count + 1):
            promise = f"{seed}-{number:02}"
            if promise not in seen:
                print(f"{promise} is in no README")
    for promise in sorted(set(seen) | tested):
        seed, number = promise.split("-")
        if not 1 <= int(number) <= COUNTS[seed]:
            print(f"{promise} is no promise")
    for promise in sorted(tested - set(seen)):
        print(f"{promise} is tested, and in no README")


main()
