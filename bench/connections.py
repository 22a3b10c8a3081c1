#!/usr/bin/env python3
"""What idle connections cost: memory of `axllama serve`, and how fast it still answers."""

import argparse
import resource
import socket
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/api")]

from harness import processes  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.wait import until  # noqa: E402


def round_trip(port):
    """Median time of a request for `/` on a connection of its own."""
    times = []
    for _ in range(100):
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(4096)
        times.append(time.perf_counter() - began)
    return median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    count = parser.parse_args().count
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + 200)), hard))
    server = Server(Path(tempfile.mkdtemp(prefix="axllama-bench-")))
    try:
        server.start()
        quick = round_trip(server.port)
        before, files = processes.resident_bytes(server.pid), processes.open_files(server.pid)
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        until(lambda: processes.open_files(server.pid) >= files + count, "all are accepted", 30)
        during = processes.resident_bytes(server.pid)
        busy = round_trip(server.port)
        for connection in idle:
            connection.close()
    finally:
        server.stop()
    print(f"resident before {before / 1e6:.1f} MB, with {count} idle connections "
          f"{during / 1e6:.1f} MB: {(during - before) / count / 1024:.1f} KiB each")
    print(f"a request takes {quick * 1e6:.0f} us without them, {busy * 1e6:.0f} us with them")


if __name__ == "__main__":
    main()
