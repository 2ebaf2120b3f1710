#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""Measures godwit on the server of any number of keys (scale.c): listings, comparisons, delay and refusals.

    make bench-scale [SCALE="--keys 1000000"]

Prints each figure with its bar, writes docs/manual/performance.md and performance.svg, and ends with 1 when a bar is
missed. --keys: of the largest comparison (10,000,000).
"""
import argparse
import contextlib
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "Peers"))

import measure  # noqa: E402
import tools  # noqa: E402

MANUAL = ROOT / "docs" / "manual"
PAGE = 1000


def say(text):
    print(text, flush=True)


class Server:
    """A store of computed keys, with what it is told to make hard."""

    def __init__(self, options):
        self.process = subprocess.Popen([HERE / "scale", *(str(word) for word in options)], stdout=subprocess.PIPE, text=True)
        self.endpoint = self.process.stdout.readline().strip()

    def counts(self):
        """Requests of each kind since the last time this was asked."""
        with urllib.request.urlopen(f"{self.endpoint}/-/counts") as answer:
            return json.load(answer)


@contextlib.contextmanager
def serving(**options):
    server = Server([word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)])
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


class Bench:
    def __init__(self, scratch):
        self.scratch = scratch
        self.missed = 0
        self.rows = []
        self.binary = os.environ["GODWIT_BINARY"]

    def setting(self, server):
        return tools.Setting(server.endpoint, os.environ["GODWIT_TEST_VENV"], self.scratch)

    def run(self, server, *words):
        """Runs a program on an empty state."""
        shutil.rmtree(self.scratch / "state", ignore_errors=True)
        return measure.run(words, self.setting(server).environment, server.process.pid)

    def remote(self, server, bucket):
        return self.setting(server).remote(bucket).replace("provider=SeaweedFS", "provider=Minio")

    def bar(self, what, holds, figures, asked):
        say(f"{'holds ' if holds else 'MISSED'}  {what}: {figures} ({asked})")
        self.rows.append((what, figures, asked, holds))
        self.missed += not holds

    def listing(self, shape, keys, milliseconds, factor):
        with serving(keys=keys, shape=shape, page_ms=milliseconds) as server:
            cost = self.run(server, self.binary, "ls", self.remote(server, "bucket"))
            lists = server.counts()["lists"]
        pages = math.ceil(keys / PAGE)
        faster = pages * milliseconds / 1000 / cost.wall
        asked = f"at least {factor} times one stream" if factor else "no bar"
        self.bar(f"{keys:,} keys ({shape}), {milliseconds} ms a page", faster >= factor and lists <= pages * 1.05 + 200,
                 f"{cost.wall:.1f} s, {faster:.1f} times one stream, {lists:,} requests for {pages:,} pages", asked)

    def comparison(self, keys):
        """Source and target hold the same keys; one in a hundred thousand differs, the first among them."""
        with serving(keys=keys, differ=100_000) as server:
            words = [self.binary, "sync", "--dry-run", self.remote(server, "bucket"), self.remote(server, "other")]
            cost = self.run(server, *words)
            first = self.first_action(server, words)
        each = cost.client / keys / 2 * 1e6
        self.bar(f"{keys:,} against {keys:,} keys, dry run",
                 cost.memory <= 128 << 20 and each <= 1.5 and first <= 2,
                 f"{cost.wall:.1f} s, {each:.2f} microseconds of CPU a listed key, {cost.memory / 2**20:.0f} MiB, first "
                 f"action after {first:.2f} s", "at most 1.5 microseconds, 128 MiB and 2 s")

    def plan(self, keys):
        """Everything is new at the target."""
        with serving(keys=keys) as server:
            out, empty = self.scratch / "plan", self.scratch / "empty"
            empty.mkdir(exist_ok=True)
            cost = self.run(server, self.binary, "plan", self.remote(server, "bucket"), empty, "--out", out)
            size = out.stat().st_size
        self.bar(f"a plan of {keys:,} objects", cost.memory <= 100 << 20,
                 f"{cost.wall:.1f} s, {cost.memory / 2**20:.0f} MiB, a file of {size / 2**20:.1f} MiB", "at most 100 MiB")

    def first_action(self, server, words):
        shutil.rmtree(self.scratch / "state", ignore_errors=True)
        began = time.monotonic()
        process = subprocess.Popen([str(word) for word in words], env=self.setting(server).environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            for line in process.stdout:
                if "would be" in line:
                    return time.monotonic() - began
            return math.inf
        finally:
            process.kill()
            process.communicate()

    def delay(self, source, count, milliseconds, pairs=5):
        """Without flags against the peers' best numbers: what is measured is whether the right one is found."""
        with serving(keys=count, delay_ms=milliseconds, page_ms=milliseconds) as server:
            programs = self.setting(server).programs
            rivals = [(f"s5cmd --numworkers {number}", [
                programs / "s5cmd", "--endpoint-url", server.endpoint, "--log", "error", "--numworkers", number, "cp",
                f"{source}/*", "s3://empty/"]) for number in (64, 128, 256)]
            rivals += [(f"rclone --transfers {number}", [
                programs / "rclone", "--config", "/dev/null", "copy", "--s3-no-check-bucket", "--s3-no-head",
                "--no-traverse", "--transfers", number, source, self.remote(server, "empty")]) for number in (64, 128, 256)]
            name, words = min(rivals, key=lambda rival: self.run(server, *rival[1]).wall)
            ours, best = [], []
            for _ in range(pairs):
                ours.append(self.run(server, self.binary, "copy", source, self.remote(server, "empty")).wall)
                best.append(self.run(server, *words).wall)
        ours, best = statistics.median(ours), statistics.median(best)
        self.bar(f"{count:,} x 4 KiB up, {milliseconds} ms to every answer", ours <= best / 0.9,
                 f"{ours:.2f} s without flags, {best:.2f} s by {name}, medians of {pairs} pairs",
                 "at least 0.9 of the best peer's speed")

    def refusals(self, source, count, rate):
        with serving(keys=count, rate=rate) as server:
            cost = self.run(server, self.binary, "copy", source, self.remote(server, "empty"))
            counts = server.counts()
        reached = counts["puts"] / cost.wall / rate
        self.bar(f"503 to every request beyond {rate} a second", reached >= 0.9 and counts["puts"] >= count,
                 f"{count:,} objects in {cost.wall:.1f} s, {reached:.2f} of what is allowed, {counts['refused']} refused",
                 "at least 0.9, none fails")

    def start(self):
        times = []
        for _ in range(31):
            began = time.monotonic()
            subprocess.run([self.binary, "version"], stdout=subprocess.DEVNULL, check=True)
            times.append(time.monotonic() - began)
        middle = sorted(times)[len(times) // 2] * 1000
        self.bar("godwit version", middle <= 15, f"{middle:.1f} ms", "at most 15 ms")

    def growth(self, most):
        found, keys = [], 1000
        while keys <= most:
            with serving(keys=keys, differ=100_000) as server:
                found.append((keys, self.run(server, self.binary, "sync", "--dry-run", self.remote(server, "bucket"),
                                             self.remote(server, "other"))))
            say(f"{keys:,} keys: {found[-1][1].wall:.2f} s, CPU {found[-1][1].client:.2f} s, "
                f"{found[-1][1].memory / 2**20:.0f} MiB")
            keys *= 10
        return found


def plot(growth):
    """Wall time, CPU and memory over the number of keys, both axes by powers of ten."""
    figures = {"wall s": ("#3d6fb4", lambda cost: cost.wall), "client CPU s": ("#1f6f54", lambda cost: cost.client),
               "memory MiB": ("#c8702a", lambda cost: cost.memory / 2**20)}
    left, bottom, width, height = 60, 260, 560, 220
    tens = (-2, 3)

    def place(keys, value):
        x = left + width * (math.log10(keys) - 3) / max(math.log10(growth[-1][0]) - 3, 1)
        return x, bottom - height * (math.log10(max(value, 0.01)) - tens[0]) / (tens[1] - tens[0])

    pieces = []
    for ten in range(tens[0], tens[1] + 1):
        y = place(1000, 10.0 ** ten)[1]
        pieces.append(f'<path d="M{left} {y:.0f}H{left + width}" stroke="#ddd"/>'
                      f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0 ** ten:g}</text>')
    for keys, _ in growth:
        pieces.append(f'<text x="{place(keys, 1)[0]:.0f}" y="{bottom + 18}" text-anchor="middle">{keys:,}</text>')
    for number, (name, (colour, value)) in enumerate(figures.items()):
        points = " ".join("{:.1f},{:.1f}".format(*place(keys, value(cost))) for keys, cost in growth)
        pieces.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
                      f'<text x="{left + 10 + 150 * number}" y="{bottom + 40}" fill="{colour}">{name}</text>')
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="680" height="320" font-family="sans-serif" font-size="12">'
            '<rect width="100%" height="100%" fill="white"/>' + "".join(pieces) + "</svg>\n")


def page(rows, growth):
    lines = ["# Performance", "",
             f"Made by `make bench-scale` on {os.cpu_count()} processors, on a server that computes its keys and shares the "
             "machine. What the peers take for the same loads is measured by `make bench`.", "",
             "| what | measured | asked |", "|---|---|---|"]
    lines += [f"| {what} | {figures}{'' if holds else ' (**missed**)'} | {asked} |" for what, figures, asked, holds in rows]
    lines += ["", "How a dry run of `sync` grows, source and target holding the same keys:", "",
              "| keys on each side | wall s | client CPU s | peak memory MiB |", "|---:|---:|---:|---:|"]
    lines += [f"| {keys:,} | {cost.wall:.2f} | {cost.client:.2f} | {cost.memory / 2**20:.0f} |" for keys, cost in growth]
    return "\n".join(lines + ["", "![wall time, CPU and memory over the number of keys](performance.svg)", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=10_000_000)
    options = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="godwit-scale-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    try:
        bench = Bench(scratch)
        small, minute = scratch / "small", scratch / "minute"
        for directory, count in ((small, 10_000), (minute, 18_000)):
            directory.mkdir()
            for number in range(count):
                (directory / f"object-{number:05d}").write_bytes(os.urandom(4096))
        bench.start()
        bench.listing("counter", 1_000_000, 50, 10)
        bench.listing("digest", 1_000_000, 50, 10)
        bench.listing("tree", 1_000_000, 50, 0)
        bench.listing("crowded", 1_000_000, 50, 0)
        bench.delay(small, 10_000, 20)
        bench.refusals(minute, 18_000, 300)
        bench.comparison(options.keys)
        bench.plan(1_000_000)
        growth = bench.growth(options.keys)
        (MANUAL / "performance.md").write_text(page(bench.rows, growth))
        (MANUAL / "performance.svg").write_text(plot(growth))
        return 1 if bench.missed else 0
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
