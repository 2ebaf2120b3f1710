#!/usr/bin/env python3
# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""Measures godwit beside s5cmd, rclone and aws on one SeaweedFS, in alternating runs, and checks the project's bars.

    scripts/bench [--quick] [--report-only] [--pairs N] [--only small-up,large-down,...] [--sweep [--peer NAME]]

Writes Benchmarks/results/{results.json,table.md,plot.svg} and ends with 1 when a bar is missed. `--quick` moves less and
runs less often: a look, not a measurement. `--report-only` ends with 0 as long as every program did its work. `--sweep` tries the peers' flags and records the best of each load in
flags.json: the least product of client CPU and wall time.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

import loads
import measure
import report
import tools

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
FLAGS = HERE / "flags.json"
FLOOR = HERE.parent / "Floor" / "floor"
# Loads that take the flags of another: what serves one large object serves several.
LIKE = {"several": "large", "medium": "small"}


def say(text):
    print(text, flush=True)


class Runner:
    """Carries loads out and removes what they leave."""

    def __init__(self, bench, setting, server_pid):
        self.bench, self.setting, self.server_pid = bench, setting, server_pid

    def once(self, tool, shape, direction, flags):
        if not loads.moves(direction):
            return self.look(tool, shape, direction, flags)
        into_store = direction != "down"
        target = self.bench.new_bucket() if into_store else self.bench.new_directory()
        try:
            arguments, environment = tool.command(self.bench, shape, direction, target, flags)
            cost = measure.run(arguments, environment, self.server_pid)
            (self.bench.check_bucket if into_store else self.bench.check_directory)(target, shape)
            return cost
        finally:
            (self.bench.remove_bucket if into_store else self.bench.remove_directory)(target)
            shutil.rmtree(self.setting.scratch / "state", ignore_errors=True)

    def look(self, tool, shape, direction, flags):
        """A load that changes nothing."""
        arguments, environment = tool.command(self.bench, shape, direction, self.bench.mirror_bucket, flags)
        cost = measure.run(arguments, environment, self.server_pid)
        if direction != "list":
            self.bench.check_bucket(self.bench.mirror_bucket, shape)
        if not tool.keeps_state:
            shutil.rmtree(self.setting.scratch / "state", ignore_errors=True)
        return cost


def contestants(setting, shape, direction, known):
    """The programs of one load, each with its flags."""
    found = [(tools.Godwit(setting), [])]
    if direction in ("down", "stream"):
        found.append((tools.Godwit(setting, "godwit --verify none", ["--verify", "none"]), []))
    if direction.startswith("same"):
        found.append((tools.Godwit(setting, "godwit again", keeps_state=True), []))
    for peer in tools.PEERS:
        tool = peer(setting)
        if tool.can(direction):
            flags = known.get(peer.name, {})
            like = f"{LIKE.get(shape.name)}-{direction}"
            found.append((tool, flags.get(f"{shape.name}-{direction}", flags.get(like, []))))
    return found


def is_beaten(tool, costs):
    """Whether a peer took more than twice as long as another one, in both ways, in the first round: it is the best at
    nothing, and a median of many rounds of it would be most of the time that the whole takes."""
    if tool.name not in report.PEERS:
        return False
    peers = [found[0] for name, found in costs.items() if name in report.PEERS]
    mine = costs[tool.name][0]
    return mine.client > 2 * min(cost.client for cost in peers) and mine.wall > 2 * min(cost.wall for cost in peers)


def compare(runner, setting, shapes, wanted, pairs):
    known = json.loads(FLAGS.read_text())["flags"] if FLAGS.exists() else {}
    results, floors, raw = {}, {}, []
    if not FLOOR.exists():
        say(f"no floor: {FLOOR} is not built")
    for name, direction in wanted:
        shape = shapes[name]
        running = contestants(setting, shape, direction, known)
        costs, least = {tool.name: [] for tool, _ in running}, {}
        for tool, flags in running:
            # What a program remembers from earlier runs, it has to have run once for.
            if tool.keeps_state:
                runner.once(tool, shape, direction, flags)
        for number in range(pairs):
            # Everyone runs in every round, and the order turns, so that drift of the machine meets all alike.
            turn = number % len(running)
            for tool, flags in running[turn:] + running[:turn]:
                if number > 0 and is_beaten(tool, costs):
                    continue
                cost = runner.once(tool, shape, direction, flags)
                costs[tool.name].append(cost)
                raw.append({"load": f"{name}-{direction}", "tool": tool.name, "round": number, "flags": flags,
                            **cost.as_dict()})
                say(f"{name}-{direction} round {number + 1}/{pairs} {tool.name}: CPU {cost.client:.2f} s, wall "
                    f"{cost.wall:.2f} s, {cost.memory / 2**20:.0f} MiB")
            for title, cost in floor(runner, shape, direction).items():
                least.setdefault(title, []).append(cost)
        results[name, direction] = {tool: measure.median(found) for tool, found in costs.items()}
        floors[name, direction] = {title: measure.median(found) for title, found in least.items()}
    return results, floors, raw


def floor(runner, shape, direction):
    """What the same requests cost without an engine: Benchmarks/Floor sends them and does nothing else, or only reads
    and writes the files, too. Nothing where it has no such requests.

    A large object counts as its parts of 8 MiB, since that is how everyone moves it.
    """
    bench, is_small = runner.bench, shape.name == "small"
    if not FLOOR.exists() or not (direction in ("up", "down") or is_small and direction == "copy"):
        return {}
    size = min(shape.size, 8 << 20)

    def send(kind, bucket, *more):
        arguments = [FLOOR, kind, bench.endpoint, bucket, shape.count * shape.size // size, size,
                     32 if size < 8 << 20 else 8, *more]
        return measure.run(arguments, runner.setting.environment, runner.server_pid)

    costs, bucket, other = {}, bench.new_bucket(), bench.new_bucket()
    if direction != "up":
        send("put", bucket)
    if direction == "copy":
        costs["floor"] = send("copy", other, bucket)
    else:
        costs["floor"] = send("get" if direction == "down" else "put", bucket)
        if is_small:
            files = bench.new_directory()
            costs["floor with files"] = send("get", bucket, files)
            if direction == "up":
                costs["floor with files"] = send("put", other, files)
            bench.remove_directory(files)
    bench.remove_bucket(other)
    bench.remove_bucket(bucket)
    return costs


def sweep(runner, setting, shapes, wanted, only):
    """Tries the flags of every peer, twice each, and records the best."""
    recorded = json.loads(FLAGS.read_text()) if FLAGS.exists() else {}
    recorded.setdefault("flags", {})
    recorded.setdefault("tried", {})
    for peer in tools.PEERS:
        if only and peer.name != only:
            continue
        tool = peer(setting)
        for name, direction in wanted:
            if not tool.can(direction):
                continue
            shape, tried = shapes[name], []
            for flags in tool.choices(shape, direction):
                try:
                    cost = measure.median([runner.once(tool, shape, direction, flags) for _ in range(2)])
                except (measure.RunFailed, AssertionError) as error:
                    say(f"{peer.name} {name}-{direction} {flags}: {str(error)[:200]}")
                    continue
                tried.append({"flags": flags, "client": round(cost.client, 3), "wall": round(cost.wall, 3)})
                say(f"{peer.name} {name}-{direction} {' '.join(flags)}: CPU {cost.client:.2f} s, wall {cost.wall:.2f} s")
            best = min(tried, key=lambda row: row["client"] * row["wall"])
            recorded["flags"].setdefault(peer.name, {})[f"{name}-{direction}"] = best["flags"]
            recorded["tried"].setdefault(peer.name, {})[f"{name}-{direction}"] = tried
            recorded["versions"] = tools.versions(setting)
            recorded["cores"] = os.cpu_count()
            FLAGS.write_text(json.dumps(recorded, indent=1) + "\n")
    say(f"recorded {FLAGS}")


def write(results, raw, shapes, floors, setting, pairs, quick):
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "results.json").write_text(json.dumps({
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "cores": os.cpu_count(), "pairs": pairs,
        "quick": quick, "versions": tools.versions(setting), "runs": raw}, indent=1) + "\n")
    shown = report.table(results, shapes, floors)
    (RESULTS / "table.md").write_text(shown)
    (RESULTS / "plot.svg").write_text(report.plot(results, shapes, floors))
    say("\n" + shown)
    missed = 0
    for asked, holds, figures in report.bars(results, floors, os.cpu_count()):
        say(f"{'holds ' if holds else 'MISSED'}  {asked}: {figures}")
        missed += not holds
    return missed


def scratch_parent():
    """Memory, when there is enough of it: writing to a disk drowns what is measured."""
    memory = pathlib.Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 8 << 30 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--report-only", action="store_true")
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--only", help="loads, comma-separated: small-up, small-down, small-copy, large-up, ...")
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--peer", choices=[peer.name for peer in tools.PEERS])
    options = parser.parse_args()
    shapes = loads.QUICK_SHAPES if options.quick else loads.SHAPES
    pairs = options.pairs or (1 if options.quick else 5)
    every = [(shape, direction) for shape in shapes for direction in loads.DIRECTIONS[shape]]
    wanted = [tuple(load.split("-", 1)) for load in options.only.split(",")] if options.only else every
    if unknown := [load for load in wanted if load not in every]:
        parser.error(f"no such load: {unknown}")
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="godwit-bench-", dir=scratch_parent()))
    try:
        bench = loads.Bench(os.environ["GODWIT_TEST_SEAWEEDFS"], scratch)
        setting = tools.Setting(bench.endpoint, os.environ["GODWIT_TEST_VENV"], scratch)
        runner = Runner(bench, setting, int(os.environ["GODWIT_TEST_SEAWEEDFS_PID"]))
        for name in sorted({name for name, _ in wanted}):
            bench.prepare(shapes[name])
        if options.sweep:
            sweep(runner, setting, shapes, wanted, options.peer)
            return 0
        results, floors, raw = compare(runner, setting, shapes, wanted, pairs)
        missed = write(results, raw, shapes, floors, setting, pairs, options.quick)
        return 1 if missed and not options.report_only else 0
    except measure.RunFailed as error:
        say(f"bench: {error}")
        return 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
