#!/usr/bin/env python3
"""slow-proxy.py MILLISECONDS DIRECTORY: a TCP proxy on a free port of the loopback address, which it
prints, to the PostgreSQL server whose cluster is in DIRECTORY. Bytes arrive later by that much, in
both directions, but no fewer of them a second."""
import os
import queue
import socket
import sys
import threading
import time

delay = float(sys.argv[1]) / 1000
with open(os.path.join(sys.argv[2], "data", "postmaster.pid"), encoding="utf-8") as pid_file:
    port = int(pid_file.read().split("\n")[3])


def read(source, line):
    while True:
        try:
            data = source.recv(256 << 10)
        except OSError:
            data = b""
        line.put((time.monotonic() + delay, data))
        if not data:
            return


def write(destination, line):
    while True:
        due, data = line.get()
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            destination.sendall(data) if data else destination.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        if not data:
            return


def pump(source, destination):
    line = queue.Queue(32)
    threading.Thread(target=read, args=(source, line), daemon=True).start()
    threading.Thread(target=write, args=(destination, line), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", port))
    for each in client, server:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pump(client, server)
    pump(server, client)
