#!/usr/bin/env python3
"""Writes sprout_token_ids.txt: what the Hugging Face tokenizer makes of a few texts.

Needs the PyPI package `tokenizers`. The C++ test compares our vocabulary with this file, so that
the test itself needs no Python. Texts are in NFC: the GGUF vocabulary has no normalizer.

Each text takes two lines: "text" and its UTF-8 bytes in hex, "ids" and its token ids.
"""
import pathlib

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
MODEL = HERE.parent.parent / "models" / "sprout" / "hf" / "tokenizer.json"

TEXTS = [
    "",
    " ",
    "Hello, world!",
    "  two  spaces   and three    \n\n and\tlines \r\n",
    "I'll don't we've IT'S o'clock 'SCHWEIZ'",
    "3.14159 + 2,718 = 1234567890",
    "What is the capital of France?",
    "for (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }  // C++",
    '{"name": "get_weather", "arguments": {"city": "Zürich"}}',
    "Größenwahn, façade, smørrebrød, żółw, çok güzel",
    "Быстрая коричневая лиса прыгает через ленивую собаку.",
    "Η γρήγορη καφέ αλεπού",
    "敏捷的棕色狐狸跳过懒狗。",
    "いろはにほへと ちりぬるを カタカナ",
    "빠른 갈색 여우",
    "सर्वे भवन्तु सुखिनः",
    "السلام عليكم",
    "שלום עולם",
    "ภาษาไทย",
    "👩‍👩‍👧‍👦 🚀🇨🇭 e=mc² ≠ ∞ “quotes” — dash…",
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    "<tool_call>\n{}\n</tool_call><tool_response>ok</tool_response><|endoftext|>",
    "almost <|im_start special |im_end|> <think <<think>>",
    "\u0000\u0001 control \u007f\u00a0nbsp\u2028line\ufeffbom",
    "a" * 100 + " " * 33 + "é" * 20,
]


def main() -> None:
    tokenizer = Tokenizer.from_file(str(MODEL))
    with open(HERE / "sprout_token_ids.txt", "w", encoding="ascii") as out:
        for text in TEXTS:
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            out.write(f"text {text.encode().hex()}\n")
            out.write(f"ids {' '.join(map(str, ids))}\n")


if __name__ == "__main__":
    main()
