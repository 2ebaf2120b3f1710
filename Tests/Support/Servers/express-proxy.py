#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""A proxy that makes of a store's bucket `base--ZONE` a directory bucket `base--ZONE--x-s3` of S3 Express One Zone, as far as
those behave otherwise: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html.

    express-proxy.py --upstream http://127.0.0.1:8333 [--requests 100]

Nothing but copies, and what makes and removes the bucket, goes without a session, which the store ends after so many requests.
Listings come in disorder, of whole directories only. What such a bucket does not take is refused with 501. Prints its port on the
first line of stdout; when stdin ends, prints one line of JSON, `{"sessions": N, "ended": N, "refused": [what]}`, and ends. The
upstream must not check signatures.
"""
import argparse
import datetime
import random
import re
import urllib.parse

from plain_relay import PlainRelay, serve
from relay import error_body

ENTRY = re.compile(rb"<(Contents|CommonPrefixes)>.*?</\1>", re.DOTALL)
TAG = re.compile(rb"(<ETag>[^<]*?)([0-9a-f]{32})")
UNKNOWN = ("content-md5", "x-amz-acl", "x-amz-tagging", "x-amz-object-lock-mode", "x-amz-website-redirect-location",
           "x-amz-security-token", "x-amz-server-side-encryption-customer-key", "x-amz-request-payer")
SUBRESOURCES = ("acl", "tagging", "versioning", "versions", "object-lock", "ownershipControls", "website", "versionId",
                "start-after", "upload-id-marker")


def turned(tag):
    """A tag that is no digest, and from that the digest again."""
    return re.sub("[0-9a-f]{32}", lambda match: match[0][::-1], tag)


def with_tags_turned(body):
    return body and TAG.sub(lambda match: match[1] + match[2][::-1], body)


def upstream_name(path):
    """Another name, which programs that know directory buckets do not take for one."""
    return path.replace("--x-s3", "", 1)


class Relay(PlainRelay):
    # Set below, for all.
    requests_max = 0
    # Requests within each session.
    sessions = {}
    ended = 0
    refused = []

    def relay(self):
        body = self.body()
        target = urllib.parse.urlsplit(self.path)
        if not target.path.split("/")[1].endswith("--x-s3"):
            return self.reply(*self.forward(body, self.fields(is_of_directory=False)))
        query = urllib.parse.parse_qs(target.query, keep_blank_values=True)
        is_bucket = target.path.count("/") == 1
        if is_bucket and "session" in query:
            return self.begin()
        is_own = "x-amz-copy-source" in self.headers or is_bucket and not query and self.command in ("PUT", "DELETE")
        problem = self.problem(query) or self.signer(is_own)
        if problem:
            return self.refuse(*problem)
        self.path = upstream_name(self.path)
        if is_bucket and not query and self.command == "PUT":
            # The upstream knows no zones.
            body = None
        status, fields, content = self.forward(with_tags_turned(body), self.fields(is_of_directory=True))
        if b"<ListBucketResult" in content[:400]:
            content = self.in_disorder(content)
        if content.startswith(b"<?xml"):
            content = with_tags_turned(content)
        return self.reply(
            status, [(name, turned(value) if name.lower() == "etag" else value) for name, value in fields], content)

    def begin(self):
        if "x-amz-s3session-token" in self.headers or "/s3express/" not in self.headers.get("authorization", ""):
            return self.refuse(403, "AccessDenied", "a session is begun by credentials for s3express")
        with self.lock:
            token = f"session-{len(Relay.sessions) + 1}"
            Relay.sessions[token] = 0
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
        return self.reply(200, [("Content-Type", "application/xml")], (
            f"<CreateSessionResult><Credentials><SessionToken>{token}</SessionToken><SecretAccessKey>secret"
            f"</SecretAccessKey><AccessKeyId>{token}</AccessKeyId><Expiration>{end:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
            "</Credentials></CreateSessionResult>").encode())

    def problem(self, query):
        """What of the request such a bucket does not take."""
        for name in UNKNOWN:
            if name in self.headers:
                return 501, "NotImplemented", name
        if self.headers.get("x-amz-storage-class", "EXPRESS_ONEZONE") != "EXPRESS_ONEZONE":
            return 400, "InvalidStorageClass", "a class of other buckets"
        for name in SUBRESOURCES:
            if name in query:
                return 501, "NotImplemented", name
        prefix, delimiter = (query.get(name, [""])[0] for name in ("prefix", "delimiter"))
        if prefix and not prefix.endswith("/") or delimiter not in ("", "/"):
            return 400, "InvalidRequest", f"prefix {prefix} with delimiter {delimiter}"
        return None

    def signer(self, is_own):
        """What of the signature is not as it has to be."""
        token = self.headers.get("x-amz-s3session-token")
        authorization = self.headers.get("authorization", "")
        if "/s3express/" not in authorization:
            return 403, "AccessDenied", "a signature for another service"
        if is_own:
            return (403, "AccessDenied", "a session where none is known") if token else None
        if f"Credential={token}/" not in authorization:
            return 403, "AccessDenied", "no session"
        with self.lock:
            Relay.sessions[token] += 1
            if Relay.sessions[token] <= self.requests_max:
                return None
            Relay.ended += 1
        return 400, "ExpiredToken", ""

    def fields(self, is_of_directory):
        """What the upstream is told: it knows other services and tags of its own."""
        is_from_directory = "--x-s3/" in self.headers.get("x-amz-copy-source", "")
        for name, value in self.headers.items():
            name = name.lower()
            if name == "authorization":
                value = value.replace("/s3express/", "/s3/")
            elif name == "x-amz-copy-source-if-match" and is_from_directory:
                value = turned(value)
            elif name in ("if-match", "if-none-match") and is_of_directory:
                value = turned(value)
            if name == "x-amz-copy-source":
                value = upstream_name(value)
            if not name.startswith(("x-amz-s3session-", "x-amz-object-annotation-")):
                yield name, value

    def refuse(self, status, code, what):
        if code != "ExpiredToken":
            with self.lock:
                Relay.refused.append(f"{self.command} {self.path}: {what}")
        return self.reply(status, [("Content-Type", "application/xml")], error_body(code, what or "it has ended"))

    @staticmethod
    def in_disorder(body):
        entries = [match.group() for match in ENTRY.finditer(body)]
        random.Random(len(body)).shuffle(entries)
        left = iter(entries)
        return ENTRY.sub(lambda _: next(left), body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = relay


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--requests", type=int, default=100)
    options = parser.parse_args()
    Relay.upstream, Relay.requests_max = options.upstream, options.requests
    serve(Relay, lambda: {"sessions": len(Relay.sessions), "ended": Relay.ended, "refused": Relay.refused})


if __name__ == "__main__":
    main()
