#!/usr/bin/env python3
"""A large pull on loopback: speed beside curl and sha256sum, memory, bytes written to disk; and a
pull whose server is killed a hundred times.

    build/venv/bin/python bench/pull.py [--size BYTES] [--kills N]
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/api"))

import httpx  # noqa: E402

from harness import kills, models, processes  # noqa: E402
from harness.docker_registry import DockerRegistry  # noqa: E402
from harness.registry_files import plant_file  # noqa: E402
from harness.server import Server  # noqa: E402

NAME = "me/model"


def write_model(folder, size):
    """A model among a registry's files; the layer's digest."""
    layer = folder / "layer"
    sum_of = hashlib.sha256()
    with open(layer, "wb") as file, open("/dev/urandom", "rb") as random:
        for start in range(0, size, 1 << 20):
            piece = random.read(min(1 << 20, size - start))
            sum_of.update(piece)
            file.write(piece)
    digest = "sha256:" + sum_of.hexdigest()
    plant_file(folder, NAME, layer, digest)
    return digest


def by_hand(url, target):
    """curl, then sha256sum: seconds."""
    begin = time.monotonic()
    subprocess.run(["curl", "-s", "--noproxy", "*", "-o", target, url], check=True)
    subprocess.run(["sha256sum", target], check=True, capture_output=True)
    subprocess.run(["sync", target], check=True)
    return time.monotonic() - begin


def io_of(pid):
    fields = dict(line.split(": ") for line in
                  Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["wchar"]), int(fields["write_bytes"])


class MemoryWatch(threading.Thread):
    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.ended = pid, 0, threading.Event()

    def run(self):
        while not self.ended.wait(0.02):
            self.most = max(self.most, processes.resident_bytes(self.pid))


def by_axllama(folder, port):
    """Seconds, resident bytes before and at most, bytes written."""
    server = Server(folder / "server")
    server.start()
    before = processes.resident_bytes(server.pid)
    written = io_of(server.pid)
    watch = MemoryWatch(server.pid)
    watch.start()
    begin = time.monotonic()
    answer = httpx.post(f"{server.url}/api/pull", timeout=None, trust_env=False, json={
        "model": f"http://127.0.0.1:{port}/{NAME}", "insecure": True, "stream": False})
    seconds = time.monotonic() - begin
    watch.ended.set()
    assert answer.json() == {"status": "success"}, answer.text
    wrote = [now - then for now, then in zip(io_of(server.pid), written)]
    server.stop()
    shutil.rmtree(folder / "server")
    return {"seconds": seconds, "before": before, "most": watch.most, "written": wrote[0],
            "to disk": wrote[1]}


def measure(size, rounds):
    with tempfile.TemporaryDirectory(prefix="axllama-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        digest = write_model(folder, size)
        registry = DockerRegistry(folder)
        url = f"http://{registry.name}/v2/{NAME}/blobs/{digest}"
        try:
            pairs = [(by_hand(url, folder / "by-hand"), by_axllama(folder, registry.port))
                     for _ in range(rounds)]
        finally:
            registry.close()
    for hand, pull in pairs:
        print(f"curl + sha256sum {hand:6.2f} s   pull {pull['seconds']:6.2f} s   "
              f"ratio {hand / pull['seconds']:.2f}   memory {pull['before'] / 1e6:.0f} -> "
              f"{pull['most'] / 1e6:.0f} MB   written {pull['written'] / size:.3f} x, to disk "
              f"{pull['to disk'] / size:.3f} x")


def kill(times, size):
    with tempfile.TemporaryDirectory(prefix="axllama-bench-", dir="/var/tmp") as name:
        folder, servers = Path(name), []

        def start():
            server = Server(folder / f"server{len(servers)}", kills.SETTINGS, folder / "models")
            servers.append(server)
            return server.start()

        with kills.killed_pull(folder, size, start) as pull:
            pull.kill_at_random(times, size, seed=1)
            pull.end()
            place = f"{pull.proxy.name}/{NAME}/latest"
            right = models.is_in(folder / "models", place, pull.model) and not pull.asked_again()
            print(f"{times} kills: {'right' if right else 'WRONG'}, {json.loads(pull.lines[-1])}, "
                  f"at the last one {pull.kept() / size:.0%} were there, "
                  f"{pull.proxy.bytes_given() / size:.2f} times the bytes were sent, "
                  f"most that one cost {pull.most_lost() / 1e3:.0f} KB")
        for server in servers:
            server.stop()
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=2_000_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    if options.rounds:
        measure(options.size, options.rounds)
    return 0 if not options.kills or kill(options.kills, 64 << 20) else 1


if __name__ == "__main__":
    sys.exit(main())
