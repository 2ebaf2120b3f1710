# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""A proxy that has each request and each answer whole in memory, for those that change what they say."""
import http.client
import json
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PlainRelay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and content leave together: otherwise the second waits until the first is acknowledged, which takes its time.
    wbufsize = 256 << 10
    # Set before it serves, for all.
    upstream = None
    lock = threading.Lock()

    def body(self):
        length = int(self.headers.get("content-length", 0))
        return self.rfile.read(length) if length else None

    def forward(self, body, fields=None):
        """The upstream's status, header fields and content; `fields` in place of the request's own."""
        parts = urllib.parse.urlsplit(self.upstream)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items() if fields is None else fields:
            if name.lower() not in ("expect", "content-length"):
                connection.putheader(name, value)
        if body is not None or self.command in ("PUT", "POST"):
            connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        found = [(name, value) for name, value in answer.getheaders()
                 if name.lower() not in ("content-length", "transfer-encoding", "connection", "date")]
        if self.command == "HEAD" and answer.getheader("content-length"):
            found.append(("Content-Length", answer.getheader("content-length")))
        connection.close()
        return answer.status, found, content

    def reply(self, status, fields, content):
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        if self.command != "HEAD" and status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A client that goes away is none.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(relay, account):
    """Prints the port, serves until stdin ends, and prints what `account` gives."""
    server = Server(("127.0.0.1", 0), relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.buffer.read()
    print(json.dumps(account()), flush=True)
