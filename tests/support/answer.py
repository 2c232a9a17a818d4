#!/usr/bin/env python3
"""Runs a command at a terminal of its own, answers its questions, prints what the terminal shows.

usage: answer.py [QUESTION=ANSWER]... -- COMMAND...

Each ANSWER is typed once its QUESTION has appeared. The status is the command's.
"""

import os
import pty
import sys


def main():
    dashes = sys.argv.index("--")
    script = [each.split("=", 1) for each in sys.argv[1:dashes]]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[dashes + 1], sys.argv[dashes + 1:])
    shown = b""
    searched = 0
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the terminal's other side has gone
            break
        shown += data
        while script and (at := shown.find(script[0][0].encode(), searched)) >= 0:
            searched = at + len(script[0][0])
            os.write(terminal, script.pop(0)[1].encode() + b"\n")
    sys.stdout.buffer.write(shown)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
