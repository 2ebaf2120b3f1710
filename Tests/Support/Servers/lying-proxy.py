#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""A proxy before a real store that tells the same lie whenever it can.

    lying-proxy.py --upstream http://127.0.0.1:8333 --lie shorter

Prints its port on the first line of stdout; when stdin ends, prints one line of JSON, `{"lies": N}`, and ends. Lies:

    no-xml       a listing breaks off in the middle, as if that were its end
    repeat       after a page of a listing comes the same page, again and again
    backwards    the entries of a page stand in reverse
    shorter      of an object whose name ends in `bad` come two bytes less than there are
    longer       of such an object come two bytes more
    other        such an object has another byte in its middle
    expired      temporary credentials have expired, whatever is asked of a name that ends in `bad`
"""
import argparse
import re
import urllib.parse

from plain_relay import PlainRelay, serve
from relay import error_body

LISTING = re.compile(rb"<Contents>.*?</Contents>", re.DOTALL)


def no_xml(body, _):
    return body[:len(body) // 2]


def repeat(body, count):
    token = b"<NextContinuationToken>again-%d</NextContinuationToken></ListBucketResult>" % count
    body = re.sub(rb"<IsTruncated>\w*</IsTruncated>", b"<IsTruncated>true</IsTruncated>", body)
    return body.replace(b"</ListBucketResult>", token)


def backwards(body, _):
    entries = iter(reversed(LISTING.findall(body)))
    return LISTING.sub(lambda _: next(entries), body)


def other(body, _):
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1:]


LISTINGS = {"no-xml": no_xml, "repeat": repeat, "backwards": backwards}
CONTENTS = {"shorter": lambda body, _: body[:-2], "longer": lambda body, _: body + b"!!", "other": other}


class Relay(PlainRelay):
    # Set below, for all.
    lie = None
    lies = 0

    def relay(self):
        body = self.body()
        target = urllib.parse.urlsplit(self.path)
        if self.lie == "expired" and target.path.endswith("bad"):
            self.count()
            fields = [("Content-Type", "application/xml")]
            return self.reply(400, fields, error_body("ExpiredToken", "The provided token has expired."))
        status, fields, content = self.forward(body)
        if self.command == "GET" and status in (200, 206) and content:
            content = self.spoiled(target, content)
        return self.reply(status, fields, content)

    def spoiled(self, target, content):
        if self.lie in LISTINGS and b"<ListBucketResult" in content[:400]:
            return LISTINGS[self.lie](content, self.count())
        if self.lie in CONTENTS and target.path.endswith("bad"):
            return CONTENTS[self.lie](content, self.count())
        return content

    def count(self):
        with self.lock:
            Relay.lies += 1
            return Relay.lies

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = relay


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--lie", choices=[*LISTINGS, *CONTENTS, "expired"], required=True)
    options = parser.parse_args()
    Relay.upstream, Relay.lie = options.upstream, options.lie
    serve(Relay, lambda: {"lies": Relay.lies})


if __name__ == "__main__":
    main()
