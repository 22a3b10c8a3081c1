#!/usr/bin/env python3
"""A large pull on loopback: speed beside curl and sha256sum, memory, bytes written to disk; and a
pull whose server is killed a hundred times.

    build/venv/bin/python bench/pull.py [--size BYTES...] [--rounds N] [--kills N]
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
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


def disk_bytes(pid):
    """Bytes that the process had written to a disk."""
    fields = dict(line.split(": ") for line in
                  Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["write_bytes"])


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def timed_pull(url, port):
    """Seconds until all bytes were there, and until the end."""
    begin, all_there = time.monotonic(), 0
    with httpx.stream("POST", f"{url}/api/pull", timeout=None, trust_env=False, json={
            "model": f"http://127.0.0.1:{port}/{NAME}", "insecure": True}) as answer:
        for line in answer.iter_lines():
            last = json.loads(line)
            if not all_there and last.get("completed", 0) == last.get("total", -1):
                all_there = time.monotonic() - begin
    assert last == {"status": "success"}, last
    return all_there, time.monotonic() - begin


def by_axllama(folder, port):
    server = Server(folder / "server")
    server.start()
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")  # forgets the peak of its memory
    idle = processes.resident_bytes(server.pid)
    wrote, cpu = disk_bytes(server.pid), cpu_seconds(server.pid)
    there, seconds = timed_pull(server.url, port)
    took = {"seconds": seconds, "after": seconds - there, "cpu": cpu_seconds(server.pid) - cpu,
            "peak": processes.peak_bytes(server.pid) - idle,
            "wrote": disk_bytes(server.pid) - wrote}
    server.stop()
    shutil.rmtree(folder / "server")
    return took


def measure(size, rounds):
    with tempfile.TemporaryDirectory(prefix="axllama-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        digest = write_model(folder, size)
        registry = DockerRegistry(folder)
        url = f"http://{registry.name}/v2/{NAME}/blobs/{digest}"
        hands, pulls = [], []
        try:
            for _ in range(rounds):
                hands.append(by_hand(url, folder / "by-hand"))
                (folder / "by-hand").unlink()
                pulls.append(by_axllama(folder, registry.port))
        finally:
            registry.close()
    report(size, hands, pulls)


def report(size, hands, pulls):
    def middle(key):
        return statistics.median(pull[key] for pull in pulls)

    ratios = [hand / pull["seconds"] for hand, pull in zip(hands, pulls)]
    print(f"{size / 1e9:g} GB, medians of {len(pulls)}: curl + sha256sum "
          f"{statistics.median(hands):.1f} s, pull {middle('seconds'):.1f} s "
          f"({statistics.median(ratios):.2f} times as fast: {min(ratios):.2f} to "
          f"{max(ratios):.2f}), {middle('after'):.2f} s of it after the last byte; CPU "
          f"{middle('cpu'):.1f} s; memory {middle('peak') / 1e6:.1f} MB above idle; written "
          f"{middle('wrote') / size:.3f} times", flush=True)


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
    parser.add_argument("--size", type=int, nargs="+", default=[1_000_000_000, 10_000_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    for size in options.size if options.rounds else []:
        measure(size, options.rounds)
    return 0 if not options.kills or kill(options.kills, 64 << 20) else 1


if __name__ == "__main__":
    sys.exit(main())
