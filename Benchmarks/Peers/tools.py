# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""How each program is asked to carry a load out, and which flags a sweep tries."""
import itertools
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Setting:
    """Where the programs and the store are."""

    def __init__(self, endpoint, venv, scratch):
        self.endpoint = endpoint
        self.programs = pathlib.Path(venv) / "bin"
        self.scratch = pathlib.Path(scratch)
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "RCLONE_", "GODWIT_", "S3_"))}
        self.environment = {
            **kept, "AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            "XDG_STATE_HOME": str(self.scratch / "state"), "XDG_CONFIG_HOME": str(self.scratch / "config")}

    def remote(self, path):
        return (f':s3,provider=SeaweedFS,endpoint="{self.endpoint}",access_key_id=testkey,'
                f"secret_access_key=testsecret,region=us-east-1:{path}")


def _ends(bench, shape, direction, target):
    """Source and target of a load: (is a bucket, name) each."""
    bucket, directory = (True, bench.source_bucket(shape)), (False, bench.source_directory(shape))
    return (directory if direction.endswith("up") else bucket, (direction != "down", target))


class Tool:
    """A program under measurement."""
    name = ""
    # Whether it is measured with what it keeps from earlier runs.
    keeps_state = False

    def __init__(self, setting):
        self.setting = setting

    def command(self, bench, shape, direction, target, flags):
        """The arguments and the environment of one run."""
        raise NotImplementedError

    def can(self, direction):
        """Whether it can do that at all."""
        return True

    def choices(self, shape, direction):
        """The sets of flags that a sweep tries."""
        return [[]]


class Godwit(Tool):
    name = "godwit"

    def __init__(self, setting, name="godwit", flags=(), keeps_state=False):
        super().__init__(setting)
        self.name = name
        self.flags = list(flags)
        self.keeps_state = keeps_state

    def command(self, bench, shape, direction, target, flags):
        source, to = ((self.setting.remote(name) if in_store else str(name))
                      for in_store, name in _ends(bench, shape, direction, target))
        binary = os.environ.get("GODWIT_BINARY", str(ROOT / ".build" / "release" / "godwit"))
        state = {"XDG_STATE_HOME": str(self.setting.scratch / ("state-kept" if self.keeps_state else "state"))}
        if direction == "list":
            return [binary, "ls", source], self.setting.environment
        verb = ["sync"] if direction.startswith("same") else ["copy"]
        if direction == "stream":
            verb += ["--server-side", "never"]
        return [binary, *verb, *self.flags, *flags, source, to], {**self.setting.environment, **state}


class Rclone(Tool):
    name = "rclone"

    def command(self, bench, shape, direction, target, flags):
        source, to = ((self.setting.remote(name) if in_store else str(name))
                      for in_store, name in _ends(bench, shape, direction, target))
        words = ["copy"]
        if direction == "list":
            words, to = ["ls"], None
        elif direction.startswith("same"):
            # By content, as godwit does: without it, each object's time is asked for by a request of its own.
            words = ["sync", "--checksum"]
        elif direction == "stream":
            words = ["copy", "--disable", "copy"]
        return ([self.setting.programs / "rclone", "--config", "/dev/null", *words, "--s3-no-check-bucket", *flags,
                 source, *([to] if to else [])], self.setting.environment)

    def choices(self, shape, direction):
        if direction in ("same-up", "same-copy"):
            return [[f"--checkers={checkers}", *more] for checkers in (8, 32, 64) for more in ([], ["--fast-list"])]
        if direction == "list":
            return [[], ["--fast-list"]]
        if direction == "stream":
            return [[f"--multi-thread-streams={streams}", *more] for streams in (0, 4, 8)
                    for more in ([], ["--s3-upload-concurrency=8"], ["--s3-chunk-size=16M"])]
        if shape.size < 1 << 20:
            return [[f"--transfers={transfers}", f"--checkers={checkers}", *more]
                    for transfers, checkers in itertools.product((8, 16, 32, 64), (8, 32))
                    for more in ([], ["--no-traverse"], ["--s3-no-head"] if direction == "up" else ["--fast-list"])]
        if direction == "up":
            return [[f"--s3-upload-concurrency={parts}", f"--s3-chunk-size={size}M"]
                    for parts, size in itertools.product((2, 4, 8, 16), (8, 16, 64))]
        if direction == "down":
            return [[f"--multi-thread-streams={streams}", *more] for streams in (0, 2, 4, 8)
                    for more in ([], ["--multi-thread-chunk-size=128M"], ["--buffer-size=64M"])]
        return [[f"--s3-copy-cutoff={cutoff}M", f"--s3-upload-concurrency={parts}"]
                for cutoff, parts in itertools.product((64, 256, 4_900), (4, 16))]


class S5cmd(Tool):
    name = "s5cmd"

    def command(self, bench, shape, direction, target, flags):
        (from_store, source), (to_store, to) = _ends(bench, shape, direction, target)
        source = f"s3://{source}/*" if from_store else f"{source}/*"
        to = f"s3://{to}/" if to_store else f"{to}/"
        workers = [flag for flag in flags if flag.startswith("--numworkers")]
        others = [flag for flag in flags if flag not in workers]
        verb = ["sync" if direction.startswith("same") else "cp", *others, source, to]
        if direction == "list":
            verb = ["ls", source]
        return ([self.setting.programs / "s5cmd", "--endpoint-url", self.setting.endpoint,
                 *([] if direction == "list" else ["--log", "error"]), *workers, *verb], self.setting.environment)

    def can(self, direction):
        return direction != "stream"

    def choices(self, shape, direction):
        if direction == "list":
            return [[]]
        if shape.size < 1 << 20:
            return [[f"--numworkers={workers}"] for workers in (8, 16, 32, 64, 128, 256)]
        if direction == "copy":
            return [[]]
        return [[f"--concurrency={parts}", f"--part-size={size}"]
                for parts, size in itertools.product((2, 5, 10, 20), (8, 16, 50, 128))]


class Aws(Tool):
    name = "aws"

    def command(self, bench, shape, direction, target, flags):
        (from_store, source), (to_store, to) = _ends(bench, shape, direction, target)
        configuration = self.setting.scratch / f"aws-{abs(hash(tuple(flags)))}.conf"
        settings = "".join(f"    {flag.replace('=', ' = ')}\n" for flag in flags)
        configuration.write_text(f"[default]\ns3 =\n    addressing_style = path\n{settings}")
        source, to = (f"s3://{source}" if from_store else source), (f"s3://{to}" if to_store else to)
        verb = ["sync" if direction.startswith("same") else "cp", "--only-show-errors", source, to]
        if verb[0] == "cp":
            verb.insert(1, "--recursive")
        if direction == "list":
            verb = ["ls", "--recursive", source]
        return ([self.setting.programs / "aws", "--endpoint-url", self.setting.endpoint, "s3", *verb],
                {**self.setting.environment, "AWS_CONFIG_FILE": str(configuration)})

    def can(self, direction):
        return direction != "stream"

    def choices(self, shape, direction):
        if direction not in ("up", "down", "copy"):
            return [[]]
        if shape.size < 1 << 20:
            return [[f"max_concurrent_requests={requests}"] for requests in (5, 10, 20, 50)]
        return [[f"max_concurrent_requests={requests}", f"multipart_chunksize={size}MB"]
                for requests, size in itertools.product((2, 5, 10, 20), (8, 16, 64))]


PEERS = (S5cmd, Rclone, Aws)


def versions(setting):
    """What each program calls itself."""
    said = {}
    for name, words in {"s5cmd": ["version"], "rclone": ["version"], "aws": ["--version"]}.items():
        shown = subprocess.run([setting.programs / name, *words], capture_output=True, text=True,
                               env=setting.environment, stdin=subprocess.DEVNULL)
        said[name] = (shown.stdout or shown.stderr).splitlines()[0]
    return said
