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
    """From one socket to another. Where that one takes no more, all that still comes is dropped, and
    the source hears of it."""

    def __init__(self, source, destination):
        self.source, self.destination = source, destination
        self.line = collections.deque()  # (due, bytes); b"" at the end
        self.held = 0
        self.ended = self.done = False

    def wants_to_read(self):
        return not self.ended and self.held < IN_FLIGHT

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
            # It came during the last tick, most of it early.
            self.line.append((now + delay - tick, data))

    def write(self, now):
        while self.line and self.line[0][0] <= now:
            due, data = self.line[0]
            try:
                sent = self.destination.send(data) if data else 0
                if not data:
                    self.destination.shutdown(socket.SHUT_WR)
            except BlockingIOError:
                return
            except OSError:
                self.refuse()
                return
            self.held -= sent
            self.line.popleft()
            if sent < len(data):
                self.line.appendleft((due, memoryview(data)[sent:]))
                return
            self.done = not data

    def refuse(self):
        self.ended = self.done = True
        try:
            self.source.shutdown(socket.SHUT_RD)
        except OSError:
            pass


class Session:
    """A client and the server; its sockets close when both directions are done, and a source that goes
    on sending to a closed socket is reset."""

    def __init__(self, client, server):
        self.sockets = client, server
        for each in self.sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            each.setblocking(False)
        self.directions = Direction(client, server), Direction(server, client)

    def over(self):
        return all(each.done for each in self.directions)

    def close(self):
        for each in self.sockets:
            each.close()


def accept(listener):
    try:
        client = listener.accept()[0]
    except BlockingIOError:
        return None
    try:
        return Session(client, socket.create_connection(("127.0.0.1", port)))
    except OSError:
        client.close()
        return None


listener = socket.create_server(("127.0.0.1", 0))
listener.setblocking(False)
print(listener.getsockname()[1], flush=True)
sessions = []
while True:
    directions = [each for session in sessions for each in session.directions]
    with selectors.DefaultSelector() as idle:
        idle.register(listener, selectors.EVENT_READ)
        for each in directions:
            if each.wants_to_read():
                idle.register(each.source, selectors.EVENT_READ)
        idle.select(tick if any(each.line for each in directions) else None)
    time.sleep(tick / 2)
    if session := accept(listener):
        sessions.append(session)
    now = time.monotonic()
    for session in sessions:
        for each in session.directions:
            each.read(now)
            each.write(now)
        if session.over():
            session.close()
    sessions = [session for session in sessions if not session.over()]
