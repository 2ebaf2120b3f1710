#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""A proxy before a real store that spoils one request.

    fault-proxy.py --upstream http://127.0.0.1:8333 --fault truncate --at 3 [--times 1]

Prints its port on the first line of stdout. Requests are counted from 1 in the order of their arrival; the one numbered
`--at` (and the `--times` - 1 after it) meets the fault, all others pass. When stdin ends, prints one line of JSON,
`{"requests": N, "injected": N}`, and ends. Faults:

    reset            the connection is reset before the store sees the request
    lost-reply       the store carries the request out, then the connection is reset
    truncate         the connection closes after half of the reply's body (or of its head, when there is no body)
    stall            half of the reply's body, then nothing until the client gives up
    500              500 InternalError
    503              503 SlowDown
    timeout          400 RequestTimeout, and the connection closes, as S3 does when a body is slow
    error-in-200     200 with an error as body, on those requests only where S3 may do so: listings, copies,
                     the completion of an upload, deletion of many (only these are counted)
"""
import argparse
import asyncio
import json
import sys
import urllib.parse

from relay import body_of, error_body, head_from, is_bare, reset, until_gone

FAULTS = ("reset", "lost-reply", "truncate", "stall", "500", "503", "timeout", "error-in-200")


class Proxy:
    def __init__(self, upstream, fault, at, times):
        parts = urllib.parse.urlsplit(upstream)
        self.host, self.port = parts.hostname, parts.port or 80
        self.fault, self.at, self.times = fault, at, times
        self.requests = self.injected = 0

    def counts(self, request):
        if self.fault != "error-in-200":
            return True
        method, target = request.first[0], request.first[1]
        path, _, query = target.partition("?")
        names = {pair.partition("=")[0] for pair in query.split("&")}
        in_bucket = path.strip("/").count("/") == 0 and path != "/"
        return (method == "PUT" and "x-amz-copy-source" in request.fields
                or method == "POST" and ("uploadId" in names or "delete" in names)
                or method == "GET" and in_bucket and not names.isdisjoint({"list-type", "prefix"}))

    def chosen(self, request):
        """Counts the request; whether it meets the fault."""
        if not self.counts(request):
            return False
        self.requests += 1
        if self.at <= self.requests < self.at + self.times:
            self.injected += 1
            return True
        return False

    async def serve(self, reader, writer):
        upstream = None
        try:
            while True:
                try:
                    request = await head_from(reader)
                except asyncio.IncompleteReadError:
                    return
                spoiled = self.chosen(request)
                if spoiled and self.fault == "reset":
                    return reset(writer)
                if spoiled and self.fault in ("500", "503", "timeout", "error-in-200"):
                    await self.answer(request, reader, writer)
                    if self.fault == "timeout":
                        return
                    continue
                if upstream is None:
                    upstream = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
                if not await self.forward(request, reader, writer, upstream, spoiled):
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            for side in (writer, upstream[1] if upstream else None):
                if side is not None:
                    side.close()

    async def answer(self, request, reader, writer):
        """Answers in the store's place; the request's body is read first, so that the connection stays in step."""
        if not request.waits:
            async for _ in body_of(request, reader):
                pass
            keep = True
        else:
            keep = False
        status, body = {
            "500": ("500 Internal Server Error", error_body("InternalError", "Please try again.")),
            "503": ("503 Slow Down", error_body("SlowDown", "Please reduce your request rate.")),
            "timeout": ("400 Bad Request", error_body("RequestTimeout", "Your socket connection was not read from.")),
            "error-in-200": ("200 OK", error_body("InternalError", "Please try again.")),
        }[self.fault]
        closing = self.fault == "timeout" or not keep
        fields = ["Content-Type: application/xml", f"Content-Length: {len(body)}", "x-amz-request-id: INJECTED"]
        if closing:
            fields.append("Connection: close")
        writer.write(f"HTTP/1.1 {status}\r\n".encode() + "\r\n".join(fields).encode() + b"\r\n\r\n")
        if request.first[0] != "HEAD":
            writer.write(body)
        await writer.drain()
        if closing:
            raise ConnectionResetError

    async def forward(self, request, reader, writer, upstream, spoiled):
        """Passes one exchange on. False: the connection is done with."""
        up_reader, up_writer = upstream
        up_writer.write(request.raw)
        await up_writer.drain()
        if request.waits:
            reply = await head_from(up_reader)
            if reply.first[1] != "100":
                return await self.relay(request, reply, up_reader, writer, spoiled) and False
            writer.write(reply.raw)
            await writer.drain()
        async for piece in body_of(request, reader):
            up_writer.write(piece)
            await up_writer.drain()
        reply = await head_from(up_reader)
        while reply.first[1] == "100":
            reply = await head_from(up_reader)
        if spoiled and self.fault == "lost-reply":
            reset(writer)
            return False
        kept = await self.relay(request, reply, up_reader, writer, spoiled)
        return kept and not reply.closes() and not request.closes()

    async def relay(self, request, reply, up_reader, writer, spoiled):
        """Passes the reply on, or half of it. False: the connection is done with."""
        bare = is_bare(request, reply)
        if spoiled and bare:
            writer.write(reply.raw[:len(reply.raw) // 2])
            await writer.drain()
            await self.leave(writer)
            return False
        writer.write(reply.raw)
        if bare:
            await writer.drain()
            return True
        if not spoiled:
            async for piece in body_of(reply, up_reader):
                writer.write(piece)
                await writer.drain()
            return True
        pieces = [piece async for piece in body_of(reply, up_reader)]
        whole = b"".join(pieces)
        writer.write(whole[:len(whole) // 2])
        await writer.drain()
        await self.leave(writer)
        return False

    async def leave(self, writer):
        """Ends a reply that is not whole: by silence, or by closing."""
        if self.fault == "stall":
            await until_gone(writer)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--fault", choices=FAULTS, required=True)
    parser.add_argument("--at", type=int, required=True)
    parser.add_argument("--times", type=int, default=1)
    options = parser.parse_args()
    proxy = Proxy(options.upstream, options.fault, options.at, options.times)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    print(json.dumps({"requests": proxy.requests, "injected": proxy.injected}), flush=True)


if __name__ == "__main__":
    # Connections that a stalled client left open do not hold the end up.
    asyncio.run(main())
