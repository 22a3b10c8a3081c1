"""The NPU engine's logits against the CPU engine's on the same tokens: what rounding to bf16
explains, and nothing else. bench/npu_logits.cc says how that is told."""

import os
import subprocess

import pytest

from harness import smollm2
from harness.server import BINARY, ROOT
from harness.wait import PATIENCE

PROGRAM = BINARY.parent / "bench/npu_logits"

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"{PROGRAM} is not built")


def compare(model, *arguments):
    return subprocess.run([PROGRAM, model, *arguments], capture_output=True, text=True,
                          timeout=240 * PATIENCE)


def test_smollm2_differs_by_no_more_than_rounding():
    try:
        weights = smollm2.weights()
    except smollm2.NotToBeHad as why:
        if "CI" in os.environ:
            raise
        pytest.skip(f"SmolLM2 can't be downloaded: {why}")
    done = compare(weights, "1", "6")
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sprout_differs_by_no_more_than_rounding():
    done = compare(ROOT / "models/sprout/sprout-f16.gguf", "4", "8")
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_weights_of_eight_bits_are_more_than_rounding_explains():
    done = compare(ROOT / "models/sprout/sprout-f16.gguf", "2", "8", "int8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "not explained" in done.stdout
