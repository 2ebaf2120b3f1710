#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""A proxy before a real store that keeps an account of what passes, and spoils some of it.

    chaos-proxy.py --upstream http://127.0.0.1:8333 --log FILE [--seed 7 --rate 0.1] [--only FAULT] [--hold PUT:20]

With `--only` no other fault is met, and no request that it means nothing for.
With `--hold` all requests of that method after the first so many wait until their client is gone, and is killed for
that; those of the next one pass.

Prints its port on the first line of stdout. FILE gets a line of JSON when a request begins, `{"begun": N}`, and one when
it is over: `{"ended": N, "method", "path", "query", "copies", "sent", "status", "received", "whole", "range", "fault",
"at"}`, `at` in seconds since 1970, the bytes being those of the bodies that came from the client and that went to it.
When stdin ends, prints one line of JSON, the number of each fault, and ends.

Which requests meet which fault follows from the seed, from what is asked for, and from how often it was asked for
before; not from the order in which requests of different connections arrive. Storms are the exception: they take what
comes. The faults:

    reset             the connection is reset before the store sees the request
    refused           500 or 503 in the store's place
    storm             the same for several requests in a row
    cut               the store gets half of the request's body, the client a reset connection
    corrupt           one byte of an object's body is another when it reaches the store
    twice             the store gets the request twice; the client gets the second reply
    lost              the store carries the request out, then the connection is reset
    denied            the store carries the request out, the client is told 500
    truncate          the connection closes after half of the reply
    stall             half of the reply, then nothing until the client gives up
    damage            one byte of an object's body is another when it reaches the client
    tag               another ETag in the reply
    late              the reply waits, so that those of other connections overtake it
    trickle           the reply comes slowly
"""
import argparse
import asyncio
import collections
import json
import random
import re
import sys
import time
import urllib.parse

from relay import body_of, error_body, head_from, is_bare, reset, until_gone

ETAG = re.compile(rb'(?i)(\betag: *"?|<ETag>(?:"|&quot;|&#34;)?)([0-9a-f]{32})')


class Exchange:
    """One request on its way: what the account tells of it."""

    def __init__(self, number, request):
        self.number, self.request = number, request
        self.method, target = request.first[0], request.first[1]
        self.path, _, self.query = target.partition("?")
        self.copies = "x-amz-copy-source" in request.fields
        self.sent = self.received = 0
        self.status, self.whole, self.fault = 0, False, None
        self.names = {pair.partition("=")[0] for pair in self.query.split("&")}

    @property
    def is_object(self):
        return self.path.strip("/").count("/") > 0

    def identity(self):
        """What is asked for, without what the store or the clock made up, and without the bucket's name of the day."""
        key = self.path.lstrip("/").partition("/")[2]
        kept = [pair for pair in self.query.split("&")
                if not pair.startswith(("uploadId=", "continuation-token=", "X-Amz-"))]
        return f"{self.method} {key}?{'&'.join(kept)} {self.request.fields.get('range', '')}"

    def faults(self):
        """The faults that mean something for this request."""
        found = ["reset", "refused", "twice", "lost", "denied", "truncate", "stall", "late", "trickle"]
        if self.request.length:
            found.append("cut")
        if self.is_object and self.method == "PUT" and self.request.length and not self.names & {"tagging", "acl"}:
            found += ["corrupt", "tag"]
        if self.is_object and self.method == "GET" and "uploadId" not in self.names:
            found += ["damage", "tag"]
        if self.is_object and (self.copies or self.method == "POST" and "uploadId" in self.names):
            found.append("tag")
        return found

    def account(self):
        return {"ended": self.number, "method": self.method, "path": urllib.parse.unquote(self.path),
                "query": self.query, "copies": self.copies, "sent": self.sent, "status": self.status,
                "received": self.received, "whole": self.whole, "range": self.request.fields.get("range"),
                "fault": self.fault, "at": time.time()}


class Proxy:
    def __init__(self, upstream, log, seed, rate, only, hold):
        parts = urllib.parse.urlsplit(upstream)
        self.host, self.port = parts.hostname, parts.port or 80
        self.log, self.seed, self.rate, self.only = log, seed, rate, only
        self.held, _, passing = hold.partition(":")
        self.passing = int(passing or 0)
        self.requests = 0
        self.counts = collections.Counter()
        self.asked, self.spoiled = collections.Counter(), collections.Counter()
        chance = random.Random(f"{seed} storms")
        self.stormy = set()
        # How often the same request is spoiled: mostly less often than it is tried, not always.
        self.spoiled_max = chance.choice((1, 2, 3, 4, 1000))
        for _ in range(chance.randint(0, 2) if rate and not only else 0):
            first = chance.randint(1, 120)
            self.stormy |= set(range(first, first + chance.randint(3, 12)))

    def write(self, line):
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()

    def draw(self, exchange):
        """The fault that the request meets, if any, and the chance by which it is carried out."""
        identity = exchange.identity()
        self.asked[identity] += 1
        chance = random.Random(f"{self.seed} {identity} {self.asked[identity]}")
        if exchange.number in self.stormy:
            return "storm", random.Random(f"{self.seed} storm")
        faults = [fault for fault in exchange.faults() if self.only in ("", fault)]
        if not faults or chance.random() >= self.rate or self.spoiled[identity] >= self.spoiled_max:
            return None, chance
        self.spoiled[identity] += 1
        return chance.choice(faults), chance

    async def serve(self, reader, writer):
        upstream = []
        try:
            while True:
                try:
                    request = await head_from(reader)
                except asyncio.IncompleteReadError:
                    return
                self.requests += 1
                exchange = Exchange(self.requests, request)
                exchange.fault, chance = self.draw(exchange)
                self.counts[exchange.fault or "none"] += 1
                self.write({"begun": exchange.number})
                try:
                    if exchange.method == self.held:
                        self.passing -= 1
                        if self.passing < 0:
                            # The body is read, or a client that died with bytes to send would never be seen to go.
                            try:
                                while await reader.read(1 << 16):
                                    pass
                            finally:
                                self.held = None
                            return
                    if not upstream:
                        upstream[:] = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
                    carry = self.spoil if exchange.fault else self.carry
                    if not await carry(exchange, chance, reader, writer, upstream):
                        return
                finally:
                    self.write(exchange.account())
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            for side in [writer, *upstream[1:]]:
                side.close()

    async def carry(self, exchange, _, reader, writer, upstream):
        """Passes one exchange on as it comes. False: the connection is done with."""
        request, (up_reader, up_writer) = exchange.request, upstream
        up_writer.write(request.raw)
        reply = await head_from(up_reader) if request.waits else None
        if reply and reply.first[1] == "100":
            writer.write(reply.raw)
            reply = None
        is_refused = reply is not None
        if not is_refused:
            async for piece in body_of(request, reader):
                exchange.sent += len(piece)
                up_writer.write(piece)
                await up_writer.drain()
            reply = await head_from(up_reader)
        exchange.status = int(reply.first[1])
        writer.write(reply.raw)
        if not is_bare(request, reply):
            async for piece in body_of(reply, up_reader):
                writer.write(piece)
                await writer.drain()
                exchange.received += len(piece)
        await writer.drain()
        exchange.whole = True
        return not (is_refused or reply.closes() or request.closes())

    async def spoil(self, exchange, chance, reader, writer, upstream):
        """Carries one exchange out with its fault. False: the connection is done with."""
        request, fault = exchange.request, exchange.fault
        if fault == "reset":
            return reset(writer)
        if request.waits:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b"".join([piece async for piece in body_of(request, reader)])
        exchange.sent = len(body)
        if fault in ("refused", "storm"):
            return self.refuse(exchange, writer, chance.choice((500, 503)))
        if fault == "cut":
            upstream[1].write(request.raw + body[:len(body) // 2])
            await upstream[1].drain()
            return reset(writer)
        if fault == "corrupt":
            body = changed(body, chance)
        reply, content = await self.ask(request, body, upstream)
        if fault == "twice":
            reply, content = await self.ask(request, body, upstream)
        exchange.status = int(reply.first[1])
        if fault == "lost":
            return reset(writer)
        if fault == "denied":
            return self.refuse(exchange, writer, 500)
        if fault == "damage" and not reply.chunked and exchange.status < 300:
            content = changed(content, chance)
        head = reply.raw
        if fault == "tag":
            swap = bytes.maketrans(b"0123456789abcdef", b"fedcba9876543210")
            head = ETAG.sub(lambda found: found[1] + found[2].translate(swap), head)
            if exchange.method != "GET":
                content = ETAG.sub(lambda found: found[1] + found[2].translate(swap), content)
        if fault == "late":
            await asyncio.sleep(chance.uniform(0.05, 0.6))
        whole = head + content
        if fault in ("truncate", "stall"):
            writer.write(head + content[:len(content) // 2] if content else head[:len(head) // 2])
            await writer.drain()
            if fault == "stall":
                await until_gone(writer)
            return False
        step = len(whole) // 8 + 1 if fault == "trickle" else len(whole)
        for start in range(0, len(whole), step):
            writer.write(whole[start:start + step])
            await writer.drain()
            if fault == "trickle":
                await asyncio.sleep(0.06)
        exchange.received, exchange.whole = len(content), True
        return not reply.closes() and not request.closes()

    @staticmethod
    async def ask(request, body, upstream):
        """The store's reply to a request whose body is at hand."""
        up_reader, up_writer = upstream
        raw = request.raw
        if request.waits:
            raw = re.sub(rb"(?i)\r\nexpect:[^\r]*", b"", raw)
        up_writer.write(raw + body)
        reply = await head_from(up_reader)
        if is_bare(request, reply):
            return reply, b""
        return reply, b"".join([piece async for piece in body_of(reply, up_reader)])

    @staticmethod
    def refuse(exchange, writer, status):
        """Answers in the store's place."""
        code, message = {500: ("InternalError", "Please try again."),
                         503: ("SlowDown", "Please reduce your request rate.")}[status]
        body = b"" if exchange.method == "HEAD" else error_body(code, message)
        exchange.status = status
        writer.write(f"HTTP/1.1 {status} {code}\r\nContent-Type: application/xml\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return True


def changed(body, chance):
    """The body with one byte changed."""
    if not body:
        return body
    place = chance.randrange(len(body))
    return body[:place] + bytes([body[place] ^ chance.randint(1, 255)]) + body[place + 1:]


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--hold", default="")
    options = parser.parse_args()
    with open(options.log, "a") as log:
        proxy = Proxy(options.upstream, log, options.seed, options.rate, options.only, options.hold)
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=1 << 20)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
        print(json.dumps(proxy.counts), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
