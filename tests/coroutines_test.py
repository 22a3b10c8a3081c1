#!/usr/bin/env python3
"""Keeps two faults of GCC 12 out of the coroutines.

No braced aggregate inside a co_await expression: its members are destroyed twice, as in
`co_await send({.body = text})`. Make it a named variable, or let a function return it.

No co_await behind && or ||: in a loop's condition it is awaited whatever stands before it. Make two
statements of it.
"""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"
AWAIT = re.compile(r"\bco_await\b")
# `f({...})`, `f(x, {...})` and `f(Type{...})`, but neither a lambda's body nor `Type{}` without members.
BRACED = re.compile(r"[(,]\s*(?:[\w:<>]+\s*)?\{\s*[^\s}]")
LAMBDA = re.compile(r"\[[^\]\[]*\]\s*(?:\([^()]*\))?\s*(?:mutable\s*)?(?:->\s*[\w:<>]+\s*)?\{")


def expression_after(text: str, start: int) -> str:
    """The rest of the full expression: up to its `;`, or the bracket that closes around it."""
    depth = 0
    for i in range(start, len(text)):
        if text[i] in "({[":
            depth += 1
        elif text[i] in ")}]":
            depth -= 1
            if depth < 0:
                return text[start:i]
        elif text[i] == ";" and depth == 0:
            return text[start:i]
    return text[start:]


def is_behind_and_or(text: str, start: int) -> bool:
    """Whether, in the expression of the co_await at `start`, && or || stands before it."""
    depth = 0
    for i in range(start - 1, 0, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth = max(0, depth - 1)
        elif text[i] in ";{}":
            return False
        elif depth == 0 and text[i - 1 : i + 1] in ("&&", "||"):
            return True
    return False


NO_CODE = re.compile(r'//[^\n]*|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"')


def complaints_of(path: Path) -> list[str]:
    text = NO_CODE.sub('""', path.read_text(encoding="utf-8"))
    found = []
    for match in AWAIT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if is_behind_and_or(text, match.start()):
            found.append(f"{path.relative_to(SOURCE)}:{line}: a co_await behind && or ||")
        expression = LAMBDA.sub("(", expression_after(text, match.end()))
        if BRACED.search(expression):
            found.append(f"{path.relative_to(SOURCE)}:{line}: a braced aggregate in a co_await")
    return found


def main() -> int:
    files = sorted(p for p in SOURCE.rglob("*") if p.suffix in (".h", ".cc"))
    found = [line for path in files for line in complaints_of(path)]
    print("\n".join(found) or f"{len(files)} files keep aggregates and && out of co_await")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
