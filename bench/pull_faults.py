#!/usr/bin/env python3
"""Every call by which a pull touches the store fails once with each errno, and the server is killed
once at each.

    build/venv/bin/python bench/pull_faults.py
"""

import argparse
import collections
import errno
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/api"))

from harness.file_faults import KILL, NAMES  # noqa: E402
from harness.faulty_pulls import FaultyPulls  # noqa: E402
from harness.server import Server  # noqa: E402

NUMBERS = errno.EIO, errno.ENOSPC, errno.EINTR, KILL


def run(folder):
    """What went wrong; None when nothing did."""
    servers = []

    def start(models, **env):
        for server in servers:
            server.stop()
        servers[:] = [Server(folder / "server", env, models)]
        return servers[0].start()

    pulls = FaultyPulls(folder, start)
    sites = pulls.sites()
    begin, fired, wrong = time.monotonic(), collections.Counter(), []
    for number in NUMBERS:
        for site, count in sorted(sites.items()):
            for ordinal in range(1, count + 1):
                try:
                    fired[number] += pulls.check(site, ordinal, number)
                except AssertionError as error:
                    wrong.append(str(error))
    pulls.close()
    for server in servers:
        server.stop()
    print(f"{len(sites)} sites, {sum(sites.values())} calls; faults: "
          + ", ".join(f"{fired[n]} {NAMES[n]}" for n in NUMBERS)
          + f"; {len(wrong)} wrong; {time.monotonic() - begin:.0f} s")
    return wrong


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory(prefix="axllama-bench-", dir="/var/tmp") as folder:
        wrong = run(Path(folder))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
