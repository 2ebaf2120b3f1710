# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""What the proxies before a store share: HTTP/1.1 as it passes, and how a connection ends badly."""
import asyncio
import socket
import struct

CHUNK = 64 << 10


def error_body(code, message):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message>'
            "<RequestId>INJECTED</RequestId></Error>").encode()


class Head:
    """The head of a request or a reply."""

    def __init__(self, raw):
        self.raw = raw
        lines = raw.decode("latin-1").split("\r\n")
        self.first = lines[0].split(" ", 2)
        self.fields = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                self.fields[name.strip().lower()] = value.strip()

    @property
    def chunked(self):
        return "chunked" in self.fields.get("transfer-encoding", "").lower()

    @property
    def length(self):
        return int(self.fields.get("content-length", 0))

    @property
    def waits(self):
        return self.fields.get("expect", "").lower() == "100-continue"

    def closes(self):
        return self.fields.get("connection", "").lower() == "close"


def is_bare(request, reply):
    """Whether the reply has no body."""
    return request.first[0] == "HEAD" or reply.first[1] in ("204", "304") or not (reply.chunked or reply.length)


async def head_from(reader):
    return Head(await reader.readuntil(b"\r\n\r\n"))


async def body_of(head, reader):
    """The pieces of a body, framing included."""
    if head.chunked:
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            if size == 0:
                trailer = line
                while True:
                    line = await reader.readuntil(b"\r\n")
                    trailer += line
                    if line == b"\r\n":
                        break
                yield trailer
                return
            yield line + await reader.readexactly(size + 2)
    left = head.length
    while left > 0:
        piece = await reader.read(min(left, CHUNK))
        if not piece:
            raise ConnectionResetError
        left -= len(piece)
        yield piece


def gone(writer):
    """Whether the client has closed its end, seen without reading what it may still send."""
    connection = writer.transport.get_extra_info("socket")
    try:
        state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    except OSError:
        return True
    return state != 1


async def until_gone(writer):
    while not writer.is_closing():
        await asyncio.sleep(0.1)
        if writer.transport.get_extra_info("socket").fileno() < 0 or gone(writer):
            return


def reset(writer):
    """Ends the connection with RST rather than FIN."""
    writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
