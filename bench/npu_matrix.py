#!/usr/bin/env python3
"""Sprout on the stand-in card against the CPU engine, everything with everything.

Each layout with each driver, by the shortcuts and by the plain path: 100 prompts, a chat of ten
turns, tools, thinking and schemas, greedily. Prints where answers part from the CPU engine's, and by
how much likelier that held its own token, and whether the plain path gives the same bits.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/api")]

from harness import npu, same  # noqa: E402
from harness.api import Api  # noqa: E402
from harness.npu import LAYOUTS, PROFILES, Card  # noqa: E402
from harness.server import Server  # noqa: E402

PATHS = {"shortcuts": "all", "plain": "none"}


def everything(api, model):
    return same.ask_all(api, model) | same.selection(api, model)


def bits(answers):
    return {question: (said.message, said.rivals) for question, said in answers.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layouts", nargs="+", default=list(LAYOUTS), choices=LAYOUTS)
    parser.add_argument("--profiles", nargs="+", default=list(PROFILES), choices=PROFILES)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="axllama-matrix-"))
    cards, servers, apis = {}, {}, {}
    try:
        for path, shortcuts in PATHS.items():
            home = folder / path
            home.mkdir()
            cards[path] = Card(home)
            servers[path] = Server(home / "server", cards[path].env | {
                "XDG_CACHE_HOME": str(folder), "AXLLAMA_NPU_SHORTCUTS": shortcuts},
                models=folder / "store").start()
            apis[path] = Api(servers[path].url)
        first = servers["shortcuts"]
        npu.create(first, "cpu", npu.F16)
        for layout in options.layouts:
            npu.create(first, layout, npu.pack(folder / layout, layout))
        reference = everything(apis["shortcuts"], "cpu")
        worst = parted = 0
        for layout in options.layouts:
            for profile in options.profiles:
                began = time.monotonic()
                seen = {}
                for path, api in apis.items():
                    for loaded in api.ps():
                        api.unload(loaded)
                    cards[path].until_free()
                    cards[path].set(profile=profile)
                    seen[path] = everything(api, layout)
                wanted_all = {question: said for question, said in reference.items()
                              if layout != "top-k" or question not in same.BOUND}
                partings = same.partings(wanted_all, seen["shortcuts"])
                equal = bits(seen["plain"]) == bits(seen["shortcuts"])
                print(f"{layout}, {profile}: {len(wanted_all) - len(partings)} of {len(wanted_all)} "
                      f"answers are the CPU engine's; the plain path gives "
                      f"{'the same bits' if equal else 'OTHER BITS'} "
                      f"({time.monotonic() - began:.0f} s)", flush=True)
                for question, at, margin, wanted, said in partings:
                    print(f"    {question!r}, token {at}: {wanted!r} there, {said!r} here, "
                          f"margin {margin:.3f}")
                    worst = max(worst, margin)
                parted += len(partings)
                assert equal
        print(f"{parted} answers part, at a margin of {worst:.3f} nats at most")
    finally:
        for server in servers.values():
            server.stop()


if __name__ == "__main__":
    main()
