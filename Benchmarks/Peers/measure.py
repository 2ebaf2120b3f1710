# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""Runs one program and tells what it cost."""
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

TICK = os.sysconf("SC_CLK_TCK")
SECONDS_MAX = 1_800
MEASURED = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts" / "measured"


class RunFailed(Exception):
    """A measured program failed; the text has what it said."""


@dataclasses.dataclass
class Cost:
    """What one run cost. The client's processor time is user and system time of it and of all that it started."""
    wall: float
    client: float
    server: float
    memory: int

    def as_dict(self):
        return dataclasses.asdict(self)


def server_seconds(pid):
    """Processor seconds of a process and its threads so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def run(arguments, environment, server_pid):
    """Runs a program to its end. Its output goes to a file, which costs less than a pipe that has to be read."""
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as output:
        account = pathlib.Path(scratch) / "cost.json"
        before = server_seconds(server_pid)
        try:
            status = subprocess.run(
                [MEASURED, account, *(str(word) for word in arguments)], env=environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, timeout=SECONDS_MAX).returncode
        except subprocess.TimeoutExpired as error:
            raise RunFailed(f"{arguments[0]} took more than {SECONDS_MAX} s") from error
        server = server_seconds(server_pid) - before
        if status != 0:
            output.seek(0)
            said = output.read()[-2_000:].decode(errors="replace")
            raise RunFailed(f"{arguments[0]} ended with status {status}\n{said}")
        return Cost(server=server, **json.loads(account.read_text()))


def median(costs):
    """The median of each figure by itself; of memory the greatest, since a bar on it is a bar on every run."""
    middle = {name: statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "client", "server")}
    return Cost(memory=max(cost.memory for cost in costs), **middle)
