#!/usr/bin/env python3
"""Writes NAME_sample_ids.txt: what the Hugging Face library makes of tokenizer_sample.txt.

Needs the PyPI packages `tokenizers` and `gguf` and, for SmolLM2, the file that tests/api downloads:

    make_sample_ids.py [SmolLM2-135M-Instruct.Q4_1.gguf]
"""
import pathlib
import sys
import textwrap

from gguf import GGUFReader
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

HERE = pathlib.Path(__file__).parent
SPROUT = HERE.parent.parent / "models" / "sprout" / "hf" / "tokenizer.json"


def smollm2(path: str) -> Tokenizer:
    """The tokenizer that the file's lists describe, as SmolLM2's tokenizer.json builds it."""
    fields = GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    kinds = fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(rule.split(" ")) for rule in fields["tokenizer.ggml.merges"].contents()]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False)
                                  for t, kind in zip(tokens, kinds) if kind == 3])
    return tokenizer


def write(name: str, tokenizer: Tokenizer) -> None:
    text = (HERE / "tokenizer_sample.txt").read_bytes().decode()
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    lines = textwrap.wrap(" ".join(map(str, ids)), 98)
    (HERE / f"{name}_sample_ids.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    write("sprout", Tokenizer.from_file(str(SPROUT)))
    if len(sys.argv) > 1:
        write("smollm2", smollm2(sys.argv[1]))
