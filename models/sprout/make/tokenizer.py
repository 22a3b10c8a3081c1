"""The tokenizer: byte-level BPE with Qwen2's way of cutting text into words.

Text is cut at the special tokens, then into words; a word's bytes are written as
printable characters and merged pair by pair, in the order in which the merges were
learnt. The file format is tokenizer.json of the Hugging Face tokenizers library.

tokenizer.json also asks for Unicode normalisation (NFC), which this module leaves out:
the training texts are in that form already.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Iterable, Iterator

import regex

WORD_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Qwen2's pre-tokenizer: a word and the space before it, one digit, or some signs."""

CONTROL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
"""Tokens that a program hides from the reader."""

MARKUP_TOKENS = (
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
)
"""Tokens that are one piece but show in decoded text."""

SPECIAL_TOKENS = CONTROL_TOKENS + MARKUP_TOKENS
"""The last ids of the vocabulary, in this order."""

_WORD = regex.compile(WORD_PATTERN)
_SPECIAL = regex.compile("(" + "|".join(map(regex.escape, SPECIAL_TOKENS)) + ")")

Merge = tuple[str, str]


def _printable_bytes() -> dict[int, str]:
    """GPT-2's table: a printable character for every byte."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [byte for byte in range(256) if byte not in kept]
    table = {byte: chr(byte) for byte in kept}
    return table | {byte: chr(256 + i) for i, byte in enumerate(moved)}


CHARACTER_OF_BYTE = _printable_bytes()
BYTE_OF_CHARACTER = {char: byte for byte, char in CHARACTER_OF_BYTE.items()}


def split_special(text: str) -> Iterator[str]:
    """The parts of TEXT in order: special tokens, and what stands between them."""
    return (part for part in _SPECIAL.split(text) if part)


def split_words(text: str) -> Iterator[str]:
    """The words of TEXT (no special tokens), their bytes made printable."""
    for word in _WORD.findall(text):
        yield "".join(CHARACTER_OF_BYTE[byte] for byte in word.encode())


def join_pair(symbols: list[str], pair: Merge) -> list[str]:
    """SYMBOLS with each PAIR of neighbours made one symbol, from the left."""
    joined: list[str] = []
    at = 0
    while at < len(symbols):
        width = 2 if tuple(symbols[at : at + 2]) == pair else 1
        joined.append("".join(symbols[at : at + width]))
        at += width
    return joined


class Tokenizer:
    """Turns text into token ids and back.

    The vocabulary is the byte characters, one token for each merge, and the special
    tokens; a token's id is its place in it.
    """

    def __init__(self, merges: Iterable[Merge]):
        self.merges = list(merges)
        learnt = [left + right for left, right in self.merges]
        self.tokens = [*sorted(BYTE_OF_CHARACTER), *learnt, *SPECIAL_TOKENS]
        self._rank = {pair: rank for rank, pair in enumerate(self.merges)}
        self._known_words: dict[str, list[int]] = {}

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each token."""
        return {token: i for i, token in enumerate(self.tokens)}

    @property
    def first_special(self) -> int:
        """The id of the first special token: below it stand bytes and merges."""
        return len(self.tokens) - len(SPECIAL_TOKENS)

    def encode(self, text: str) -> list[int]:
        """The token ids of TEXT; special tokens in it are recognised."""
        ids: list[int] = []
        for part in split_special(text):
            if part in SPECIAL_TOKENS:
                ids.append(self.ids[part])
            else:
                for word in split_words(part):
                    ids += self._encode_word(word)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of IDS; bytes that are not UTF-8 become replacement characters."""
        return b"".join(self._bytes_of(i) for i in ids).decode(errors="replace")

    def save(self, path: Path) -> None:
        """Writes tokenizer.json."""
        path.write_text(
            json.dumps(self._as_json(), ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """Reads a tokenizer.json that save() wrote."""
        model = json.loads(path.read_text(encoding="utf-8"))["model"]
        return cls((left, right) for left, right in model["merges"])

    def _encode_word(self, word: str) -> list[int]:
        if word not in self._known_words:
            self._known_words[word] = [self.ids[s] for s in self._merge(word)]
        return self._known_words[word]

    def _merge(self, word: str) -> list[str]:
        symbols = list(word)
        while True:
            pairs = [p for p in zip(symbols, symbols[1:]) if p in self._rank]
            if not pairs:
                return symbols
            symbols = join_pair(symbols, min(pairs, key=self._rank.__getitem__))

    def _bytes_of(self, token_id: int) -> bytes:
        token = self.tokens[token_id]
        if token in SPECIAL_TOKENS:
            return token.encode()
        return bytes(BYTE_OF_CHARACTER[char] for char in token)

    def _as_json(self) -> dict[str, Any]:
        byte_level = {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": False,
            "use_regex": False,
        }
        split = {
            "type": "Split",
            "pattern": {"Regex": WORD_PATTERN},
            "behavior": "Isolated",
            "invert": False,
        }
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {"id": self.ids[token]} | special_token(token)
                for token in SPECIAL_TOKENS
            ],
            "normalizer": {"type": "NFC"},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, byte_level]},
            "post_processor": byte_level,
            "decoder": byte_level,
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "",
                "fuse_unk": False,
                "byte_fallback": False,
                "ignore_merges": False,
                "vocab": self.plain_vocabulary(),
                "merges": [list(pair) for pair in self.merges],
            },
        }

    def plain_vocabulary(self) -> dict[str, int]:
        """Token to id, without the special tokens."""
        return {token: i for i, token in enumerate(self.tokens[: self.first_special])}


def special_token(token: str) -> dict[str, Any]:
    """How the Hugging Face files describe a special token."""
    return {
        "content": token,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": token in CONTROL_TOKENS,
    }
