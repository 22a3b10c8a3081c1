"""Waiting for conditions, never for time."""

import os
import time

# A slow build (a sanitizer's, an emulator's) may take this many times as long.
PATIENCE = float(os.environ.get("AXLLAMA_TEST_PATIENCE", "1"))


def until(condition, what, seconds=10.0):
    """Returns the condition's first true value; fails when `seconds` have passed without one."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds * PATIENCE:g} s in vain: {what}"
        time.sleep(0.01)
