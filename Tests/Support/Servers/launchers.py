# Part of godwit. SPDX-License-Identifier: Apache-2.0
"""Starts the real stores that tests, benchmarks and the demo run against: on loopback, in throw-away directories.

Every store has the access key `testkey` with the secret `testsecret`, SeaweedFS also those of RESTRICTED, Ceph
`guestkey`. SeaweedFS and Ceph check signatures; moto and MiniStack do not. A store is stopped by its process group and
leaves nothing but its directory, which the caller owns.
"""
import ctypes
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid

ACCESS_KEY, SECRET_KEY = "testkey", "testsecret"
# Who may do less in SeaweedFS: the access key NAMEkey with the secret NAMEsecret.
RESTRICTED = {
    "ro": ["Read", "List"], "getter": ["Read"], "lister": ["List"], "uploader": ["Write", "List"],
    "copier": ["Read", "Write", "List"], "local": ["Read:limited", "List:limited", "Write:limited", "Tagging:limited"]}
_SET_PARENT_DEATH_SIGNAL = 1
_libc = ctypes.CDLL(None, use_errno=True)
_running = []


class ServerFailed(Exception):
    """A store did not start; the text has the end of its log."""


class Ports:
    """Hands out ports that are free now, below the range from which the kernel takes those of outgoing connections."""

    def __init__(self):
        first, _, last = os.environ.get("GODWIT_TEST_PORTS", "20000-31999").partition("-")
        self._free = list(range(int(first), int(last) + 1))
        random.Random(os.urandom(8)).shuffle(self._free)

    def take(self):
        while self._free:
            port = self._free.pop()
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
        raise ServerFailed("no free port is left in GODWIT_TEST_PORTS")

    def take_run(self, count):
        """The first of `count` consecutive free ports."""
        for first in sorted(self._free):
            wanted = range(first, first + count)
            if all(port in self._free for port in wanted) and all(_is_free(port) for port in wanted):
                self._free = [port for port in self._free if port not in wanted]
                return first
        raise ServerFailed(f"no {count} consecutive free ports are left in GODWIT_TEST_PORTS")


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


class Server:
    """One store: its processes, and the environment by which tests find it."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.environment = {}
        self.processes = []

    def spawn(self, arguments, **extra):
        # Dies with its parent even if that one is killed, so that no store outlives a run.
        def bind_to_parent():
            _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)

        log = self.directory / f"{self.name}-{len(self.processes)}.log"
        with open(log, "wb") as output:
            process = subprocess.Popen(
                [str(word) for word in arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=bind_to_parent,
                env={**os.environ, **{key: str(value) for key, value in extra.items()}})
        process.log = log
        self.processes.append(process)
        _running.append(self)
        return process

    def wait_until(self, ready, seconds=90):
        end = time.monotonic() + seconds
        while not ready():
            for process in self.processes:
                if process.poll() is not None:
                    raise ServerFailed(f"{self.name} ended with status {process.returncode}\n{_tail(process.log)}")
            if time.monotonic() > end:
                raise ServerFailed(f"{self.name} was not ready within {seconds} s\n{_tail(self.processes[-1].log)}")
            time.sleep(0.1)

    @property
    def pid(self):
        return self.processes[-1].pid

    def stop(self):
        # Killed outright: SeaweedFS takes 16 s to end by SIGTERM, and all data is throw-away.
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        self.processes = []


def stop_all():
    """Stops every store that was started here, also one whose start was interrupted."""
    while _running:
        _running.pop().stop()


def _tail(log):
    return pathlib.Path(log).read_text(errors="replace")[-2000:]


def _answers(url, accept=lambda status, body: True):
    def ready():
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return accept(response.status, response.read())
        except urllib.error.HTTPError as error:
            return accept(error.code, error.read())
        except (OSError, urllib.error.URLError):
            return False
    return ready


def seaweedfs(directory, ports, venv):
    """SeaweedFS in one process: master, volume server, filer and S3, over HTTP and (self-signed) TLS.

    A full bucket is not deleted, as S3 has it, unless GODWIT_SEAWEEDFS_DROPS_BUCKETS is set.
    """
    drops = str(bool(os.environ.get("GODWIT_SEAWEEDFS_DROPS_BUCKETS"))).lower()
    server = Server("seaweedfs", directory)
    tls, volumes = server.directory / "tls", server.directory / "volumes"
    tls.mkdir()
    volumes.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:*.s3.localhost,IP:127.0.0.1",
         "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", tls / "key.pem", "-out", tls / "certificate.pem"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    identities = server.directory / "identities.json"
    identities.write_text(json.dumps({
        "kms": {"default_provider": "here", "providers": {"here": {"type": "local", "enableOnDemandCreate": True}}},
        "identities": [
            {"name": "owner", "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
             "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
            *({"name": name, "credentials": [{"accessKey": f"{name}key", "secretKey": f"{name}secret"}],
               "actions": actions} for name, actions in RESTRICTED.items())]}))
    names = ["master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc", "s3", "s3.grpc", "s3.https"]
    port = {name: ports.take() for name in names}
    server.spawn(
        [venv / "bin" / "weed", "-v=0", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={volumes}",
         f"-master.port={port['master']}", f"-master.port.grpc={port['master.grpc']}", "-master.telemetry=false",
         "-master.volumeSizeLimitMB=1024", f"-volume.port={port['volume']}",
         f"-volume.port.grpc={port['volume.grpc']}", "-volume.max=5000", "-volume.preStopSeconds=0",
         "-filer", f"-filer.port={port['filer']}", f"-filer.port.grpc={port['filer.grpc']}",
         f"-filer.localSocket={server.directory / 'filer.sock'}",
         "-s3", f"-s3.port={port['s3']}", f"-s3.port.grpc={port['s3.grpc']}", "-s3.port.iceberg=0",
         "-s3.port.lance=0", f"-s3.localSocket={server.directory / 's3.sock'}", f"-s3.config={identities}",
         f"-s3.port.https={port['s3.https']}", f"-s3.cert.file={tls / 'certificate.pem'}",
         f"-s3.key.file={tls / 'key.pem'}", "-s3.domainName=s3.localhost", "-s3.autoCreateBucket=false",
         f"-s3.allowDeleteBucketNotEmpty={drops}"],
        # One volume a bucket, not seven: a run makes hundreds of buckets.
        WEED_S3_SSE_KEK="00112233445566778899aabbccddeeff" * 2, WEED_MASTER_VOLUME_GROWTH_COPY_1=1)
    server.wait_until(_answers(f"http://127.0.0.1:{port['s3']}/healthz", lambda status, _: status == 200))
    # The S3 port answers before a volume server has registered, and the first writes would fail.
    server.wait_until(_answers(
        f"http://127.0.0.1:{port['master']}/dir/status", lambda _, body: b'"DataNodes":[{' in body))
    server.environment = {
        "GODWIT_TEST_SEAWEEDFS": f"http://127.0.0.1:{port['s3']}",
        "GODWIT_TEST_SEAWEEDFS_TLS": f"https://localhost:{port['s3.https']}",
        "GODWIT_TEST_CA": str(tls / "certificate.pem"),
        "GODWIT_TEST_SEAWEEDFS_PID": str(server.pid),
    }
    return server


def moto(directory, ports, venv):
    """moto: checks neither signatures nor checksums."""
    server = Server("moto", directory)
    port = ports.take()
    server.spawn(
        [venv / "bin" / "moto_server", "-H", "127.0.0.1", "-p", port],
        MOTO_S3_DEFAULT_KEY_BUFFER_SIZE=16 << 20, TMPDIR=server.directory)
    server.wait_until(_answers(f"http://127.0.0.1:{port}/moto-api/"))
    server.environment = {"GODWIT_TEST_MOTO": f"http://127.0.0.1:{port}"}
    return server


def ministack(directory, ports, venv):
    """MiniStack: behaves as AWS does, but does not check signatures."""
    server = Server("ministack", directory)
    port = ports.take()
    for name in ("objects", "temporary"):
        (server.directory / name).mkdir()
    server.spawn(
        [venv / "bin" / "ministack"], GATEWAY_PORT=port, MINISTACK_HOST="localhost", BIND_HOST="127.0.0.1",
        AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY, LAMBDA_EXECUTOR="local",
        S3_DATA_DIR=server.directory / "objects", TMPDIR=server.directory / "temporary")
    server.wait_until(_answers(f"http://127.0.0.1:{port}/_ministack/health", lambda status, _: status == 200))
    server.environment = {"GODWIT_TEST_MINISTACK": f"http://127.0.0.1:{port}"}
    return server


_CEPH_CONFIGURATION = """
[global]
fsid = {cluster}
mon host = [v2:127.0.0.1:{mon2}/0,v1:127.0.0.1:{mon1}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind port min = {first}
ms bind port max = {last}
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
ms client mode = crc
ms service mode = crc
ms cluster mode = crc
auth cluster required = none
auth service required = none
auth client required = none
auth supported = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd max object name len = 2048
mon max pg per osd = 1000
mon allow pool size one = true
mon warn on pool no redundancy = false
mon osd full ratio = .99
osd failsafe full ratio = .995
mon osd nearfull ratio = .97
mon osd backfillfull ratio = .98
mon data avail crit = 1
mon data avail warn = 2
run dir = {root}/run
admin socket = {root}/run/$name.asok
pid file = {root}/run/$name.pid
crash dir = {root}/run
log file = {root}/log/$name.log
[mon]
mon data = {root}/mon
mon cluster log file = {root}/log/cluster.log
[osd]
osd data = {root}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd memory target = 1073741824
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{gateway}
rgw dns name = s3.localhost
rgw data = {root}/rgw
keyring = {root}/rgw/keyring
rgw thread pool size = 64
rgw enable static website = true
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw gc processor max time = 5
"""


def ceph(directory, ports, venv):
    """Ceph's RADOS gateway on one monitor and one in-memory OSD (Debian's radosgw, ceph-mon, ceph-osd, ceph-common)."""
    server = Server("ceph", directory)
    root = server.directory
    for name in ("mon", "osd", "rgw", "run", "log"):
        (root / name).mkdir()
    first = ports.take_run(50)
    cluster, configuration = uuid.uuid4(), root / "ceph.conf"
    configuration.write_text(_CEPH_CONFIGURATION.format(
        cluster=cluster, root=root, gateway=first, mon2=first + 1, mon1=first + 2, first=first + 3, last=first + 49))

    def run(*arguments, seconds=120):
        with open(root / "setup.log", "ab") as log:
            subprocess.run([str(word) for word in arguments], check=True, stdin=subprocess.DEVNULL, stdout=log,
                           stderr=log, timeout=seconds)

    def has_osd():
        shown = subprocess.run(["ceph", "-c", configuration, "osd", "stat"], stdin=subprocess.DEVNULL, text=True,
                               capture_output=True, timeout=30)
        return "1 up" in shown.stdout

    try:
        run("monmaptool", "--create", "--clobber", "--fsid", cluster, "--addv", "a",
            f"[v2:127.0.0.1:{first + 1},v1:127.0.0.1:{first + 2}]", root / "monmap")
        run("ceph-mon", "-c", configuration, "--mkfs", "-i", "a", "--monmap", root / "monmap")
        server.spawn(["ceph-mon", "-c", configuration, "-i", "a", "-f"])
        osd = uuid.uuid4()
        run("ceph", "-c", configuration, "osd", "new", osd)
        run("ceph-osd", "-c", configuration, "-i", "0", "--mkfs", "--osd-uuid", osd)
        run("ceph", "-c", configuration, "osd", "crush", "add", "osd.0", "1.0", "host=localhost", "root=default")
        server.spawn(["ceph-osd", "-c", configuration, "-i", "0", "-f"])
        server.wait_until(has_osd)
        run("radosgw-admin", "-c", configuration, "user", "create", "--uid=owner", "--display-name=Owner",
            f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}")
        # Who may do nothing but what a bucket's policy says.
        run("radosgw-admin", "-c", configuration, "user", "create", "--uid=guest", "--display-name=Guest",
            "--access-key=guestkey", "--secret-key=guestsecret")
        run("ceph-authtool", "--create-keyring", root / "rgw" / "keyring", "--gen-key", "-n", "client.rgw")
        server.spawn(["radosgw", "-c", configuration, "-n", "client.rgw", "-f"])
        server.wait_until(_answers(f"http://127.0.0.1:{first}/", lambda status, _: status == 200))
    except (subprocess.SubprocessError, OSError) as error:
        raise ServerFailed(f"ceph: {error}\n{_tail(root / 'setup.log')}") from error
    server.environment = {"GODWIT_TEST_CEPH": f"http://127.0.0.1:{first}"}
    return server


LAUNCHERS = {"seaweedfs": seaweedfs, "moto": moto, "ministack": ministack, "ceph": ceph}


def start(name, directory, ports, venv, attempts=3):
    """Starts one store; a port that was taken meanwhile is answered by another attempt.

    What a failed attempt started ends with the others, by `stop_all`.
    """
    for attempt in range(attempts):
        try:
            return LAUNCHERS[name](pathlib.Path(directory) / f"{name}-{attempt}", ports, pathlib.Path(venv))
        except ServerFailed:
            if attempt == attempts - 1:
                raise
