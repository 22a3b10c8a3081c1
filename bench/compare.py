#!/usr/bin/env python3
"""axllama beside llama-server: same file, same threads, one run, turn and turn about."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/api")]

import measures  # noqa: E402
import report  # noqa: E402
from harness import smollm2  # noqa: E402
from harness.server import ROOT  # noqa: E402
from targets import Ours, Theirs  # noqa: E402

SPROUT = ROOT / "models/sprout/sprout-q8_0.gguf"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path,
                        help="GGUF files (default: Sprout, and SmolLM2 if it is downloaded)")
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=75,
                        help="begin no further round of a model after that time")
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench")
    return parser.parse_args()


def default_models():
    downloaded = smollm2.CACHE / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return [SPROUT] + ([downloaded] if downloaded.exists() else [])


def context_of(model):
    return 1024 if model.name.startswith("sprout") else 2048


def compare(model, threads, rounds, seconds):
    """The values of every measure: {measure: {target: [value of each round]}}."""
    targets = [kind(model, threads, context_of(model)) for kind in (Ours, Theirs)]
    values = {}
    began = time.monotonic()
    try:
        for turn in range(rounds):
            if turn > 0 and time.monotonic() - began > seconds:
                break
            for measure in measures.ALL:
                for target in targets[::-1] if turn % 2 else targets:
                    found = measure(target, model.name, turn)
                    for key, value in found.items():
                        values.setdefault(key, {}).setdefault(target.name, []).append(value)
        for key, of in measures.STANDING.items():
            values[key] = {target.name: [of(target)] for target in targets}
        values["listening"] = {Ours.name: [targets[0].listening]}
        values["idle"] = {Ours.name: [targets[0].idle_bytes]}
    finally:
        for target in targets:
            target.stop()
    return {key: {name: median(all_of) for name, all_of in by_target.items()}
            for key, by_target in values.items()}


def main():
    wanted = arguments()
    results = {}
    for model in wanted.models or default_models():
        results[model.stem] = compare(model, wanted.threads, wanted.rounds, wanted.seconds)
    facts = {"threads": wanted.threads, "processors": os.cpu_count(), "machine": os.uname().machine}
    text = report.markdown(results, facts)
    wanted.out.mkdir(parents=True, exist_ok=True)
    (wanted.out / "compare.md").write_text(text)
    (wanted.out / "compare.json").write_text(json.dumps({"facts": facts, "models": results},
                                                        indent=2) + "\n")
    print(text)


if __name__ == "__main__":
    main()
