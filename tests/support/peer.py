#!/usr/bin/env python3
"""A scripted HTTP server for tests: it stands in front of a real S3 server, hands requests on, and
misbehaves where its script says so; or it plays a server all alone.

usage: peer.py DIR [UPSTREAM-PORT]

Writes its port to DIR/port, a line for each request to DIR/log: METHOD PATH STATUS, and one for
each of its headers to DIR/headers: METHOD PATH NAME: VALUE. The body of the last POST is
DIR/posted. When one
comes, DIR/inside gets METHOD PATH ACTION NUMBER: how many are under way. Reads DIR/script anew for each request; its lines are

    COUNT METHOD REGEX ACTION [ARGUMENT]...

The first line whose METHOD and REGEX (searched in the path with its query) match, and that was
used less than COUNT times ("*": always), decides. Without one the request is handed on, or
answered by 404 where there is no upstream. Actions:

    reply STATUS [CODE]      answer with an S3 error of that code, hand nothing on
    answer STATUS FILE       answer with DIR/FILE: headers, empty line, body; a Content-Length among
                             them may promise more than comes
    replace STATUS [CODE]    hand on, throw the answer away, answer with that error
    lose                     hand on, throw the answer away, close the connection
    cut N                    hand on, close the connection after N bytes of the answer's body
    short N                  hand on, answer with the first N bytes of the body as if they were all
    stall SECONDS            wait, then close the connection; hand nothing on
    close                    close the connection; hand nothing on
    header NAME [VALUE]      hand on, change a header of the answer, or leave it out
    body TEXT                hand on, replace the body of the answer
    run COMMAND              run it in a shell, then hand on
    keys COUNT               answer as the listing of a bucket with that many objects
    versions COUNT           the same of one object with that many versions
"""

import collections
import http.client
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DIR = sys.argv[1]
UPSTREAM = int(sys.argv[2]) if len(sys.argv) > 2 else None
LOCK = threading.Lock()
USED = collections.Counter()
INSIDE = [0]
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


def rule_for(method, path):
    with LOCK, open(os.path.join(DIR, "script"), encoding="utf-8") as script:
        for line in script:
            words = line.split()
            if len(words) < 4 or words[0].startswith("#"):
                continue
            count, wanted, pattern = words[:3]
            if wanted not in (method, "*") or not re.search(pattern, path):
                continue
            if count != "*" and USED[line] >= int(count):
                continue
            USED[line] += 1
            return words[3:]
    return ["pass"]


def listing(path, count):
    """A page of ListObjectsV2: key000000000 and on, an object of one byte each."""
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    first = int(query.get("continuation-token", ["0"])[0])
    end = min(first + 1000, count)
    objects = "".join(
        f"<Contents><Key>key{i:09}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
        f"<ETag>&quot;x&quot;</ETag><Size>1</Size></Contents>" for i in range(first, end))
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>"
    last = "<IsTruncated>false</IsTruncated>"
    return f"<ListBucketResult>{objects}{more if end < count else last}</ListBucketResult>".encode()


def version_listing(path, count):
    """A page of ListObjectVersions: key's versions v000000000 and on, every third a deletion."""
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    first = int(query["version-id-marker"][0][1:]) + 1 if "version-id-marker" in query else 0
    end = min(first + 1000, count)
    kinds = ("Version", "Version", "DeleteMarker")
    versions = "".join(
        f"<{kinds[i % 3]}><Key>key</Key><VersionId>v{i:09}</VersionId><IsLatest>{str(i == 0).lower()}"
        f"</IsLatest><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>1</Size></{kinds[i % 3]}>"
        for i in range(first, end))
    more = (f"<IsTruncated>true</IsTruncated><NextKeyMarker>key</NextKeyMarker>"
            f"<NextVersionIdMarker>v{end - 1:09}</NextVersionIdMarker>")
    last = "<IsTruncated>false</IsTruncated>"
    return f"<ListVersionsResult>{versions}{more if end < count else last}</ListVersionsResult>".encode()


def error_body(code):
    return f"<Error><Code>{code}</Code><Message>scripted</Message></Error>".encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def forward(self, body):
        if UPSTREAM is None:
            return 404, [("Content-Type", "application/xml")], error_body("NoSuchKey")
        upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(body or None)
        answer = upstream.getresponse()
        content = answer.read()
        headers = [(n, v) for n, v in answer.getheaders() if n.lower() not in HOP_BY_HOP]
        upstream.close()
        return answer.status, headers, content

    def answer(self, status, headers, body, cut=None, length=None):
        with LOCK, open(os.path.join(DIR, "log"), "a", encoding="utf-8") as log:
            log.write(f"{self.command} {self.path} {status}\n")
        if status is None:
            self.close_connection = True
            return
        self.send_response_only(status)
        if self.command != "HEAD":
            headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
            headers.append(("Content-Length", length or str(len(body))))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.close_connection = True

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.command == "POST":
            with open(os.path.join(DIR, "posted"), "wb") as posted:
                posted.write(body)
        with LOCK, open(os.path.join(DIR, "headers"), "a", encoding="utf-8") as log:
            for name, value in self.headers.items():
                log.write(f"{self.command} {self.path} {name.lower()}: {value}\n")
        action, *arguments = rule_for(self.command, self.path)
        with LOCK, open(os.path.join(DIR, "inside"), "a", encoding="utf-8") as log:
            INSIDE[0] += 1
            log.write(f"{self.command} {self.path} {action} {INSIDE[0]}\n")
        try:
            self.act(action, arguments, body)
        finally:
            with LOCK:
                INSIDE[0] -= 1

    def act(self, action, arguments, body):
        if action == "close":
            return self.answer(None, [], b"")
        if action == "stall":
            time.sleep(float(arguments[0]))
            return self.answer(None, [], b"")
        if action == "answer":
            with open(os.path.join(DIR, arguments[1]), "rb") as file:
                head, _, content = file.read().partition(b"\n\n")
            headers = [tuple(line.split(": ", 1)) for line in head.decode().splitlines()]
            length = dict(headers).get("Content-Length")
            cut = length and len(content)
            return self.answer(int(arguments[0]), headers, content.rstrip(b"\n"), cut, length)
        if action == "keys":
            return self.answer(200, [], listing(self.path, int(arguments[0])))
        if action == "versions":
            return self.answer(200, [], version_listing(self.path, int(arguments[0])))
        if action == "run":
            subprocess.run(" ".join(arguments), shell=True, check=True)
        error = error_body(arguments[1]) if len(arguments) > 1 else b""
        if action == "reply":
            return self.answer(int(arguments[0]), [], error)
        status, headers, content = self.forward(body)
        if action == "replace":
            return self.answer(int(arguments[0]), [], error)
        if action == "lose":
            return self.answer(None, [], b"")
        if action == "short":
            return self.answer(status, headers, content[:int(arguments[0])])
        if action == "cut":
            return self.answer(status, headers, content, int(arguments[0]))
        if action == "header":
            headers = [(n, v) for n, v in headers if n.lower() != arguments[0].lower()]
            if len(arguments) > 1:
                headers.append((arguments[0], " ".join(arguments[1:])))
        if action == "body":
            content = " ".join(arguments).encode()
        return self.answer(status, headers, content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_one


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(os.path.join(DIR, "port.new"), "w", encoding="utf-8") as file:
        file.write(str(server.server_port))
    os.rename(os.path.join(DIR, "port.new"), os.path.join(DIR, "port"))
    server.serve_forever()


main()
