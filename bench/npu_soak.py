#!/usr/bin/env python3
"""Whether the stand-in card's memory comes back: many loads, unloads and kills.

First with kills that cost nothing, then with the card's own manners: what a killed process held is
lost, and a card that was at work is wedged, until somebody reboots it. Then the server has to say so.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/api")]

from harness import npu, processes  # noqa: E402
from harness.api import Api  # noqa: E402
from harness.npu import Card  # noqa: E402
from harness.npu_soak import FRANCE, MOMENTS, Soak  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.sprout import GREEDY  # noqa: E402

TIDY = {"leak_on_kill": 0, "wedge_on_kill": 0}
REAL = {"leak_on_kill": 1, "wedge_on_kill": 1}


def state(soak, began):
    server = soak.server
    return (f"card {soak.card.used()} KB (at the start {soak.start}), serve "
            f"{processes.resident_bytes(server.pid) / 1e6:.1f} MB, "
            f"{processes.open_files(server.pid)} descriptors, {time.monotonic() - began:.0f} s")


def cycles(soak, count):
    began, highest = time.monotonic(), 0
    for number in range(1, count + 1):
        soak.cycle()
        highest = max(highest, soak.card.used())
        if number in (1, count) or number % 50 == 0:
            print(f"{number} loads and unloads: {state(soak, began)}", flush=True)
    assert highest == soak.start, f"{highest - soak.start} KB stay on the card"


def kills(soak, count):
    began = time.monotonic()
    for number in range(1, count + 1):
        soak.kill(MOMENTS[number % len(MOMENTS)])
        if number == count or number % 10 == 0:
            print(f"{number} kills {dict(Counter(soak.killed))}: {state(soak, began)}", flush=True)
    soak.unload()
    assert soak.card.used() == soak.start, "something stays on the card"


def disorder(soak, count):
    """Kills on a card as it is. Each failure has to name the remedy, which then helps."""
    told = reboots = 0
    for number in range(count):
        soak.card.set(**REAL)
        moment = MOMENTS[number % len(MOMENTS)]
        soak.settings = REAL
        try:
            soak.kill(moment)
        except AssertionError:
            answer = soak.api.post("/api/generate", {"model": "npu", "prompt": FRANCE,
                                                     "stream": False, "options": GREEDY})
            told += answer.status_code >= 500 and "axcl-smi reboot" in answer.json()["error"]
            soak.card.smi("reboot")
            reboots += 1
            soak.serve()
    soak.unload()
    print(f"{count} kills on a card that remembers them: {reboots} left it in disorder, the server "
          f"named the remedy {told} times; lost when it was last in order: "
          f"{soak.card.used() - soak.start} KB")
    soak.card.smi("reboot")
    soak.cycle()
    assert told == reboots and soak.card.used() == soak.start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="axllama-soak-"))
    card = Card(folder)
    card.set(**TIDY)
    server = Server(folder / "server", card.env)
    server.start()
    try:
        npu.create(server, "npu", npu.pack(folder / "packed"))
        api = Api(server.url)
        soak = Soak(server, api, card, random.Random(options.seed), **TIDY)
        cycles(soak, options.cycles)
        kills(soak, options.kills)
        disorder(soak, options.kills)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
