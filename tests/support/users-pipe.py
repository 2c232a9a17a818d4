#!/usr/bin/env python3
"""WRITER | READER, each under a user of its own, over a pipe that belongs to a third.

usage (as root): users-pipe.py OWNER:WRITER:READER 'WRITER COMMAND' 'READER COMMAND'

The users are numbers; the commands are text for bash. Exits with the reader's status.
"""

import os
import sys


def become(user, command, descriptor, standard):
    pid = os.fork()
    if pid == 0:
        os.dup2(descriptor, standard)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.execvp("bash", ["bash", "-c", command])
    return pid


owner, writer, reader = (int(user) for user in sys.argv[1].split(":"))
os.seteuid(owner)
out_of, into = os.pipe()
os.seteuid(0)
os.set_inheritable(out_of, False)
os.set_inheritable(into, False)
became_writer = become(writer, sys.argv[2], into, 1)
became_reader = become(reader, sys.argv[3], out_of, 0)
os.close(out_of)
os.close(into)
os.waitpid(became_writer, 0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(became_reader, 0)[1]))
