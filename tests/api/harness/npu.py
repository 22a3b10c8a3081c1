"""The stand-in card (docs/standin.md), and Sprout packed for it."""

import importlib.machinery
import importlib.util
import os
import subprocess

from harness import processes
from harness.cli import Cli
from harness.server import BINARY, ROOT
from harness.wait import until

LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"
SMI = ROOT / "standin/axcl-smi"
IS_BUILT = LIBRARY.exists() and PACK.exists()
WHY_NOT = f"the stand-in card is not built: {LIBRARY.parent}"
HF, F16 = ROOT / "models/sprout/hf", ROOT / "models/sprout/sprout-f16.gguf"
CONTEXT = 1023
PROFILES = ("strict", "2.25", "3.6.5", "3.10.2")

# What axllama-pack makes of Sprout: the source and the options, by name.
LAYOUTS = {
    "flat": (HF, "--tokenizer", "hf"),
    "nested": (HF, "--layout", "nested", "--tokenizer", "hf"),
    "old": (HF, "--layout", "old"),
    "text-tokenizer": (F16, "--history", "0,128,512"),
    "no-config": (HF, "--tokenizer", "hf", "--config", "missing", "--producer-version", "3.4"),
    "short-chunks": (HF, "--tokenizer", "hf", "--chunk", "32"),
    "decode-groups": (HF, "--tokenizer", "hf", "--decode-contexts", "255,511"),
    "top-k": (HF, "--tokenizer", "hf", "--post-topk", "32"),
}


def pack(to, layout="flat", *more):
    source, *options = LAYOUTS[layout]
    usual = () if "--chunk" in options else ("--chunk", "128")
    done = subprocess.run([PACK, source, to, *usual, "--context", str(CONTEXT), *options, *more],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return to


def create(server, name, source):
    """Makes a model of a folder or a file, by the command line."""
    modelfile = server.folder / f"Modelfile-{name}"
    modelfile.write_text(f"FROM {source}\n")
    said = Cli(server)("create", name, "-f", str(modelfile))
    assert said.code == 0, said
    return name


def _smi():
    loader = importlib.machinery.SourceFileLoader("axcl_smi", str(SMI))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("axcl_smi", loader))
    loader.exec_module(module)
    return module


class Card:
    """One stand-in card that all processes with its `env` share, and its faults."""

    _reader = _smi()

    def __init__(self, folder):
        self.state = folder / "card.state"
        self.control = folder / "card.control"
        self.control.write_text("")

    @property
    def env(self):
        return {"AXLLAMA_AXCL_LIBRARY": str(LIBRARY), "AXCL_STANDIN_STATE": str(self.state),
                "AXCL_STANDIN_CONTROL": str(self.control),
                "AXCL_STANDIN_THREADS": "1"}  # Sprout is small: more would only wait for each other

    def set(self, **settings):
        """These settings and no others hold from now on, in running programs too."""
        new = self.control.with_suffix(".new")
        new.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        new.rename(self.control)

    def _read(self):
        reader = self._reader
        data = self.state.read_bytes()
        return reader.read_card(data, reader.HEADER.size)

    def holders(self):
        """The bytes on the card of each living process that uses it.

        The stand-in finds the dead when somebody calls it the next time.
        """
        if not self.state.exists():
            return {}
        return {pid: held for pid, held in self._read().processes if processes.is_alive(pid)}

    def used(self):
        """KB in use, what killed processes left behind included."""
        return self._read().used_kb

    def is_lost(self):
        return bool(self._read().lost)

    def until_free(self):
        until(lambda: not self.holders(), "nobody holds anything on the card", 20)

    def smi(self, *words):
        return subprocess.run([SMI, *words], env=os.environ | self.env, check=True,
                              capture_output=True, text=True).stdout
