#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""An independent observer: watch.py PLACE [PLACE...], a place being a directory or `http://host:port/bucket/prefix`.

Prints a line once it looks. Until stdin ends it looks at the first place over and over, and reads every state of every
object that it sees there. Then it prints one line of JSON: for each place `{"seen", "objects", "uploads"}`.

    seen      {key: [md5]} of all states that were visible, first place only
    objects   {key: {"md5", "modified"}} now, by reading; `modified` in nanoseconds, null where none is stored
    uploads   [{"key", "parts": {number: size}}] of multipart uploads; of a directory, its temporary files, without parts
"""
import decimal
import hashlib
import json
import os
import re
import sys
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

PLAIN_TAG = re.compile(r"[0-9a-f]{32}")


class Directory:
    def __init__(self, root):
        self.root = root
        self.known = {}

    def states(self):
        """{relative path: md5} now; only what changed since the last look is read."""
        found = {}
        for path, status in self.files():
            state = (path, status.st_ino, status.st_size, status.st_mtime_ns)
            if state not in self.known:
                try:
                    with open(os.path.join(self.root, path), "rb") as file:
                        self.known[state] = hashlib.file_digest(file, "md5").hexdigest()
                except FileNotFoundError:
                    continue
            found[path] = self.known[state]
        return found

    def files(self, temporary=False):
        for directory, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(directory, name)
                if (name.startswith(".godwit-") and name.endswith(".partial")) == temporary:
                    try:
                        yield os.path.relpath(path, self.root), os.lstat(path)
                    except FileNotFoundError:
                        continue

    def objects(self):
        states, times = self.states(), {path: status.st_mtime_ns for path, status in self.files()}
        return {path: {"md5": states[path], "modified": times[path]} for path in states}

    def uploads(self):
        return [{"key": path, "parts": {}} for path, _ in self.files(temporary=True)]


class Bucket:
    def __init__(self, url):
        # Takes a while, which a look at directories does not need.
        from s3tool import connect

        parts = urllib.parse.urlsplit(url)
        self.bucket, _, self.prefix = parts.path[1:].partition("/")
        self.client = connect(f"{parts.scheme}://{parts.netloc}")
        self.pool = ThreadPoolExecutor(8)
        self.known = {}

    def listed(self):
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["ETag"].strip('"'), entry["Size"]

    def states(self):
        """{key after the prefix: md5} now; only what changed since the last look, and has no MD5 as its tag, is read."""
        found = {}
        for key, tag, size in self.listed():
            state = (key, tag, size)
            if state not in self.known:
                self.known[state] = tag if PLAIN_TAG.fullmatch(tag) else self.digest(key)
            if self.known[state]:
                found[key[len(self.prefix):]] = self.known[state]
        return found

    def digest(self, key):
        try:
            return hashlib.md5(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()).hexdigest()
        except self.client.exceptions.NoSuchKey:
            return None

    def objects(self):
        def read(key):
            reply = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            time = reply["Metadata"].get("mtime")
            return {"md5": hashlib.md5(reply["Body"].read()).hexdigest(),
                    "modified": time and int(decimal.Decimal(time) * 1_000_000_000)}

        keys = [key[len(self.prefix):] for key, _, _ in self.listed()]
        return dict(zip(keys, self.pool.map(read, keys)))

    def uploads(self):
        found = []
        for page in self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket):
            for upload in page.get("Uploads", []):
                if not upload["Key"].startswith(self.prefix):
                    continue
                name = {"Bucket": self.bucket, "Key": upload["Key"], "UploadId": upload["UploadId"]}
                parts = self.client.list_parts(**name).get("Parts", [])
                found.append({"key": upload["Key"][len(self.prefix):],
                              "parts": {part["PartNumber"]: part["Size"] for part in parts}})
        return found


def main(*names):
    places = [Bucket(name) if name.startswith("http") else Directory(name) for name in names]
    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), done.set()), daemon=True).start()
    seen = {}
    print("looking", flush=True)
    while not done.is_set():
        for key, digest in places[0].states().items():
            seen.setdefault(key, set()).add(digest)
        done.wait(0.01)
    json.dump([{"seen": {key: sorted(states) for key, states in seen.items()} if place is places[0] else {},
                "objects": place.objects(), "uploads": place.uploads()} for place in places], sys.stdout)
    print(flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
