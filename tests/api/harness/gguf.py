"""GGUF files, written and walked through byte by byte."""

import random
import struct

UINT32, FLOAT32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
ALIGNMENT = 32


def text_of(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value_of(value):
    if isinstance(value, bool):
        return struct.pack("<IB", BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", UINT32, value)
    if isinstance(value, float):
        return struct.pack("<If", FLOAT32, value)
    if isinstance(value, str):
        return struct.pack("<I", STRING) + text_of(value)
    return struct.pack("<IIQ", ARRAY, FLOAT32, len(value)) + struct.pack(f"<{len(value)}f", *value)


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def gguf_file(metadata, shapes):
    """Tensors are named with their sizes; those of norms are near 1, all others near 0."""
    drawn = random.Random(3)
    infos, data = b"", b""
    for name, shape in shapes.items():
        count = 1
        for size in shape:
            count *= size
        center = 1.0 if ("ln" in name or "norm" in name) and name.endswith("weight") else 0.0
        infos += text_of(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        data += padded(struct.pack(f"<{count}f", *(drawn.gauss(center, 0.3) for _ in range(count))))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(metadata))
    for key, value in metadata.items():
        head += text_of(key) + value_of(value)
    return padded(head + infos) + data


_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, UINT32: 4, 5: 4, FLOAT32: 4, BOOL: 1, 10: 8, 11: 8, 12: 8}


def end_of_value(data, kind, at):
    if kind == STRING:
        return at + 8 + struct.unpack_from("<Q", data, at)[0]
    if kind != ARRAY:
        return at + _SIZES[kind]
    inner, count = struct.unpack_from("<IQ", data, at)
    at += 12
    for _ in range(count):
        at = end_of_value(data, inner, at)
    return at
