#!/usr/bin/env python3
"""sink.py http|smtp|hang DIRECTORY: a server on a free port of the loopback address.

Writes its port to DIRECTORY/port, and what it is sent to DIRECTORY/1, 2, ...: of HTTP the request
line, the content type and the body; of SMTP the envelope and the mail. "hang" accepts and never
answers. HTTP paths that contain "broken" are answered with 500.
"""
import os
import socketserver
import sys
import threading

kind, directory = sys.argv[1:]
lock = threading.Lock()
count = 0


def keep(text):
    global count
    with lock:
        count += 1
        name = os.path.join(directory, str(count))
        with open(name + ".part", "w", newline="") as file:
            file.write(text)
        os.rename(name + ".part", name)


class Http(socketserver.StreamRequestHandler):
    def handle(self):
        request = self.rfile.readline().decode().strip()
        headers = {}
        for line in iter(self.rfile.readline, b"\r\n"):
            name, value = line.decode().split(":", 1)
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0))).decode()
        keep(f"{request}\n{headers.get('content-type', '')}\n{body}")
        status = "500 Broken" if "broken" in request else "200 OK"
        self.wfile.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())


class Smtp(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        envelope = ""
        for line in iter(self.rfile.readline, b""):
            line = line.decode().strip()
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb in ("MAIL", "RCPT"):
                envelope += line + "\n"
            if verb == "DATA":
                self.say("354 go on")
                mail = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                keep(envelope + mail)
            self.say("221 bye" if verb == "QUIT" else "250 sink")
            if verb == "QUIT":
                return


class Hang(socketserver.StreamRequestHandler):
    def handle(self):
        keep("connected")
        threading.Event().wait()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), {"http": Http, "smtp": Smtp, "hang": Hang}[kind]) as server:
    port = os.path.join(directory, "port")
    with open(port + ".part", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(port + ".part", port)
    server.serve_forever()
