"""Exports a trained model: a Hugging Face folder, and GGUF files in F16 and Q8_0."""

import argparse
import sys
from pathlib import Path

import checkpoint
from export_gguf import KINDS, write_gguf
from export_hf import write_folder
from model import Sprout
from stages import STAGES
from tokenizer import Tokenizer

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "chat_template.jinja"
GGUF_PY = HERE.parents[2] / "build" / "llama" / "src" / "gguf-py"
"""gguf-py where the project's build unpacks llama.cpp."""


def export(model: Sprout, tokenizer: Tokenizer, template: str, out: Path) -> None:
    """Writes hf/, sprout-f16.gguf and sprout-q8_0.gguf into folder OUT."""
    out.mkdir(parents=True, exist_ok=True)
    write_folder(out / "hf", model, tokenizer, template)
    for kind in KINDS:
        write_gguf(out / f"sprout-{kind}.gguf", kind, model, tokenizer, template)


def add_gguf_py(folder: Path) -> None:
    """Makes `import gguf` find the package in FOLDER."""
    sys.path.insert(0, str(folder))


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Exports a trained Sprout to Hugging Face's files and to GGUF."
    )
    parser.add_argument(
        "--run", type=Path, required=True, help="folder that train.py wrote"
    )
    parser.add_argument(
        "--stage", choices=STAGES, default="tools", help="whose weights to export"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--gguf-py",
        type=Path,
        default=GGUF_PY,
        help="gguf-py of a llama.cpp source tree (default: %(default)s)",
    )
    options = parser.parse_args()
    if not (options.gguf_py / "gguf").is_dir():
        parser.error(f"no package gguf in {options.gguf_py}: see --gguf-py")
    add_gguf_py(options.gguf_py)
    export(
        checkpoint.load_model(options.run, options.stage),
        checkpoint.load_tokenizer(options.run),
        TEMPLATE.read_text(encoding="utf-8"),
        options.out,
    )


if __name__ == "__main__":
    main()
