#!/usr/bin/env python3
"""slow-proxy.py MILLISECONDS DIRECTORY: a TCP proxy on a free port of the loopback address, which it
prints, to the PostgreSQL server whose cluster is in DIRECTORY. Bytes arrive later by that much, in
both directions, but no fewer of them a second. One thread, which wakes up a few times in a delay and
moves all that is there, so that the proxy takes little of the machine."""
import collections
import os
import selectors
import socket
import sys
import time

PIECE = 1 << 20
IN_FLIGHT = 64 << 20  # bytes of a direction
delay = float(sys.argv[1]) / 1000
tick = delay / 8
with open(os.path.join(sys.argv[2], "data", "postmaster.pid"), encoding="utf-8") as pid_file:
    port = int(pid_file.read().split("\n")[3])


class Direction:
    """From one socket to another."""

    def __init__(self, source, destination):
        self.source, self.destination = source, destination
        self.line = collections.deque()  # (due, bytes); b"" at the end
        self.held = 0
        self.ended = self.done = False

    def wants_to_read(self):
        return not self.ended and not self.closed() and self.held < IN_FLIGHT

    def closed(self):
        return self.source.fileno() < 0

    def read(self, now):
        while self.wants_to_read():
            try:
                data = self.source.recv(PIECE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self.ended = not data
            self.held += len(data)
            self.line.append((now + delay, data))

    def write(self, now):
        while self.line and self.line[0][0] <= now:
            due, data = self.line[0]
            try:
                sent = self.destination.send(data) if data else self.destination.shutdown(socket.SHUT_WR)
            except BlockingIOError:
                return
            except OSError:  # it has gone: the other side must not go on for nobody
                self.source.close()
                self.destination.close()
                return
            self.held -= sent or 0
            self.line.popleft()
            if data and sent < len(data):
                self.line.appendleft((due, memoryview(data)[sent:]))
                return
            self.done = not data


listener = socket.create_server(("127.0.0.1", 0))
listener.setblocking(False)
print(listener.getsockname()[1], flush=True)
directions = []
while True:
    with selectors.DefaultSelector() as idle:
        idle.register(listener, selectors.EVENT_READ)
        for each in directions:
            if each.wants_to_read():
                idle.register(each.source, selectors.EVENT_READ)
        idle.select(tick if any(each.line for each in directions) else None)
    time.sleep(tick)
    try:
        client = listener.accept()[0]
        server = socket.create_connection(("127.0.0.1", port))
        for each in client, server:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            each.setblocking(False)
        directions += [Direction(client, server), Direction(server, client)]
    except BlockingIOError:
        pass
    now = time.monotonic()
    for each in directions:
        each.read(now)
        each.write(now)
    directions = [each for each in directions if not each.done and not each.closed()]
