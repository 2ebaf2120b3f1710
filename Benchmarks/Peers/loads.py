# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""The loads: small objects, medium ones, one large object and several, up, down, within the store and through this machine;
a flat bucket that is compared with what is there already, and listed."""
import base64
import concurrent.futures
import dataclasses
import hashlib
import pathlib
import random
import shutil
import urllib.error
import urllib.request

import boto3
from botocore.config import Config


@dataclasses.dataclass(frozen=True)
class Shape:
    """What is moved: `count` objects of `size` bytes."""
    name: str
    count: int
    size: int

    @property
    def title(self):
        size = f"{self.size >> 30} GiB" if self.size >= 1 << 30 else (
            f"{self.size >> 20} MiB" if self.size >= 1 << 20 else f"{self.size >> 10} KiB")
        return f"{self.count:,} x {size}"


# What is done with each shape. `stream`: from bucket to bucket with the bytes passing through here. `same-up` and
# `same-copy`: a sync that finds everything there, of a directory and of a bucket. `list`: a listing of the bucket.
DIRECTIONS = {"small": ("up", "down", "copy"), "medium": ("up", "down"), "large": ("up", "down", "copy"),
              "several": ("up", "down", "stream"), "flat": ("same-up", "same-copy", "list")}
# Small objects, medium ones and several are those of aws-crt-s3-benchmarks, fewer of them.
SHAPES = {"small": Shape("small", 10_000, 4 << 10), "medium": Shape("medium", 1_000, 256 << 10),
          "large": Shape("large", 1, 1 << 30), "several": Shape("several", 8, 256 << 20),
          "flat": Shape("flat", 100_000, 64)}
QUICK_SHAPES = {"small": Shape("small", 2_000, 4 << 10), "medium": Shape("medium", 200, 256 << 10),
                "large": Shape("large", 1, 256 << 20), "several": Shape("several", 4, 64 << 20),
                "flat": Shape("flat", 10_000, 64)}


def moves(direction):
    """Whether something is copied, to a target that is new each time."""
    return not direction.startswith("same") and direction != "list"


class Bench:
    """The store, the source data on it and on the disk, and a clean target for every run."""

    def __init__(self, endpoint, directory):
        self.endpoint = endpoint
        self.directory = pathlib.Path(directory)
        self.client = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id="testkey", aws_secret_access_key="testsecret",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"))
        self.targets = 0

    def source_directory(self, shape):
        return self.directory / f"source-{shape.name}"

    # Holds what the bucket of the flat load holds.
    mirror_bucket = "mirror-flat"

    def source_bucket(self, shape):
        return f"source-{shape.name}"

    def prepare(self, shape):
        """Writes the source data, random bytes in one flat directory, and puts it into the source bucket."""
        generator = random.Random(1)
        root = self.source_directory(shape)
        root.mkdir(parents=True)
        bucket = self.source_bucket(shape)
        self.client.create_bucket(Bucket=bucket)
        for number in range(shape.count):
            path = root / f"object-{number:05d}.bin"
            digest = hashlib.md5()
            with open(path, "wb") as file:
                left = shape.size
                while left:
                    piece = generator.randbytes(min(left, 16 << 20))
                    file.write(piece)
                    digest.update(piece)
                    left -= len(piece)
            # As rclone writes it to what it uploads in parts: without it, rclone has nothing to verify a download by.
            whole = base64.b64encode(digest.digest()).decode()
            if shape.name != "flat":
                self.client.upload_file(str(path), bucket, path.name, ExtraArgs={"Metadata": {"md5chksum": whole}})
        if shape.name == "flat":
            self.mirror(root, bucket)

    def mirror(self, root, bucket):
        """Puts the flat directory into two buckets, by many threads since a hundred thousand take their time."""
        self.client.create_bucket(Bucket=self.mirror_bucket)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            for target in (bucket, self.mirror_bucket):
                # What is done is collected, so that what failed is raised.
                for _ in pool.map(lambda path, target=target: self.client.put_object(
                        Bucket=target, Key=path.name, Body=path.read_bytes()), sorted(root.iterdir())):
                    pass

    def new_bucket(self):
        """A clean target. One object is put and deleted first: the store makes the bucket's volumes at the first."""
        self.targets += 1
        bucket = f"target-{self.targets}"
        self.client.create_bucket(Bucket=bucket)
        self.client.put_object(Bucket=bucket, Key="first", Body=b"x")
        self.client.delete_object(Bucket=bucket, Key="first")
        return bucket

    def new_directory(self):
        self.targets += 1
        path = self.directory / f"target-{self.targets}"
        path.mkdir()
        return path

    def check_bucket(self, bucket, shape):
        count = size = 0
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                count += 1
                size += entry["Size"]
        self._check(count, size, shape)

    def check_directory(self, path, shape):
        files = [entry for entry in pathlib.Path(path).rglob("*") if entry.is_file()]
        self._check(len(files), sum(entry.stat().st_size for entry in files), shape)

    @staticmethod
    def _check(count, size, shape):
        if (count, size) != (shape.count, shape.count * shape.size):
            raise AssertionError(f"the target holds {count} objects of {size} bytes, not {shape.title}")

    def remove_bucket(self, bucket):
        # The store drops a bucket's volumes with it, which frees the space at once.
        request = urllib.request.Request(
            self.client.generate_presigned_url("delete_bucket", Params={"Bucket": bucket}), method="DELETE")
        try:
            urllib.request.urlopen(request).close()
        except urllib.error.HTTPError:
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
                if keys:
                    self.client.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
            self.client.delete_bucket(Bucket=bucket)

    def remove_directory(self, path):
        shutil.rmtree(path, ignore_errors=True)
