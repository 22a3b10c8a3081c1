#!/usr/bin/env python3
"""Checks the structure of src/: the order of the rooms, and that borders are kept.

1. A room includes only its own headers and those of rooms below it.
2. serve knows the runner only by runner/protocol.h.
3. Third-party headers stand in .cc files only.
4. Only axcl/ calls axclrt functions; only engine/llama, token, generate and chat name llama's.
"""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"

# Highest first. Rooms in one line don't use each other.
ORDER = [
    ["cli"],
    ["serve"],
    ["api"],
    ["runner"],
    ["chat"],
    ["generate"],
    ["engine"],
    ["axcl", "axmodel", "image", "token"],
    ["health"],
    ["store"],
    ["go_template"],
    ["http"],
    ["core"],
    ["base"],
]
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
STANDARD_DIRS = ("sys/", "arpa/", "netinet/", "linux/")
LLAMA_ROOMS = {"token", "engine", "generate", "chat"}
# One header of http/ holds what its .cc files share of asio; nothing outside may include it.
PRIVATE_HEADERS = {"http/asio_await.h"}


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else "main"


def is_system_header(name: str) -> bool:
    """The C++ library's headers and the system's own: no folder, or a kernel or libc folder."""
    return "/" not in name or name.startswith(STANDARD_DIRS)


THIRD_PARTY_FLAT = re.compile(r"^(llama|ggml|gguf|mtmd|chat|common|sampling|json|json-schema).*\.h$|^histedit\.h$|^curl")


def test_headers(files: list[Path]) -> set[str]:
    """Headers that only tests include: those may use test libraries."""
    users: dict[str, list[Path]] = {}
    for path in files:
        for _, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
            users.setdefault(header, []).append(path)
    return {header for header, by in users.items() if all(is_test(user) for user in by)}


def is_test(path: Path) -> bool:
    return path.name.endswith("_test.cc") or "test" in path.stem or path.name in TEST_SUPPORT


TEST_SUPPORT = {"tiny_models.cc", "tiny_models.h", "broken_files.cc", "broken_files.h"}


def complaints_of(path: Path, only_tests: set[str]) -> list[str]:
    room = room_of(path)
    name = str(path.relative_to(SOURCE))
    text = path.read_text(encoding="utf-8")
    found = []
    for bracket, header in INCLUDE.findall(text):
        local = (SOURCE / header).exists()
        if local:
            found += border_complaints(name, room, header)
        elif path.suffix == ".h" and name not in PRIVATE_HEADERS | only_tests:
            if not is_system_header(header) or THIRD_PARTY_FLAT.match(header):
                found.append(f"{name}: third-party header <{header}> outside a .cc file")
    if re.search(r"\baxclrt\w+\s*\(", text) and room != "axcl":
        found.append(f"{name}: only axcl/ calls axclrt functions")
    if re.search(r"\bllama_\w+\(", text) and room not in LLAMA_ROOMS:
        found.append(f"{name}: only {sorted(LLAMA_ROOMS)} call llama.cpp")
    return found


def border_complaints(name: str, room: str, header: str) -> list[str]:
    other = header.split("/")[0]
    if room == "main" or other == room:
        return []
    if header in PRIVATE_HEADERS:
        return [f"{name}: {header} is private to its room"]
    if other not in LEVEL or room not in LEVEL:
        return [f"{name}: room {other if other not in LEVEL else room} has no place in the order"]
    if room == "serve" and other == "runner" and header != "runner/protocol.h":
        return [f"{name}: serve may know the runner only by runner/protocol.h, not {header}"]
    if LEVEL[other] <= LEVEL[room]:
        return [f"{name}: {room} may not use {header}, which is not below it"]
    return []


def main() -> int:
    files = sorted(p for p in SOURCE.rglob("*") if p.suffix in (".h", ".cc"))
    if not files:
        print(f"no sources in {SOURCE}")
        return 1
    only_tests = test_headers(files)
    found = [line for path in files for line in complaints_of(path, only_tests)]
    print("\n".join(found) or f"{len(files)} files keep to the rooms")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
