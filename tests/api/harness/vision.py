"""A vision tower with random, fixed weights for Sprout, and pictures to show it: no real model of
this kind is small enough to come along."""

import random
import struct
import zlib

from harness.gguf import ALIGNMENT, ARRAY, STRING, end_of_value, gguf_file, padded, text_of, value_of
from harness.server import ROOT

SPROUT = ROOT / "models/sprout/sprout-q8_0.gguf"
_SPROUT_WIDTH = 192
_TOWER, _PATCH, _INNER, _SIDE = 64, 8, 96, 64
def _linear(name, from_size, to_size):
    return {f"{name}.weight": [from_size, to_size], f"{name}.bias": [to_size]}


def _layer(name):
    shapes = {}
    for norm in "ln1", "ln2":
        shapes |= {f"{name}.{norm}.weight": [_TOWER], f"{name}.{norm}.bias": [_TOWER]}
    for part in "attn_q", "attn_k", "attn_v", "attn_out":
        shapes |= _linear(f"{name}.{part}", _TOWER, _TOWER)
    return shapes | _linear(f"{name}.ffn_up", _TOWER, _INNER) | _linear(f"{name}.ffn_down", _INNER, _TOWER)


def _as_qwen3vl(data):
    """The same weights with positions by rows and columns."""
    tensors, values = struct.unpack_from("<QQ", data, 8)
    at, metadata = 24, b""
    for _ in range(values):
        begin = at
        at = end_of_value(data, STRING, at)
        key = data[begin + 8:at].decode()
        (kind,) = struct.unpack_from("<I", data, at)
        end = end_of_value(data, kind, at + 4)
        value = value_of("qwen3vl") if key == "general.architecture" else data[at:end]
        metadata += text_of(key.replace("qwen3.", "qwen3vl.", 1)) + value
        at = end
    metadata += text_of("qwen3vl.rope.dimension_sections")
    metadata += struct.pack("<IIQ4i", ARRAY, 5, 4, 6, 5, 5, 0)
    infos = at
    for _ in range(tensors):
        at = end_of_value(data, STRING, at)
        (dimensions,) = struct.unpack_from("<I", data, at)
        at += 4 + 8 * dimensions + 4 + 8
    head = b"GGUF" + struct.pack("<IQQ", 3, tensors, values + 1) + metadata + data[infos:at]
    return padded(head) + data[at + -at % ALIGNMENT:]


def language_model(kind):
    """Sprout as it goes with a projector of that kind."""
    data = SPROUT.read_bytes()
    return _as_qwen3vl(data) if kind == "qwen3vl_merger" else data


def projector(kind="mlp"):
    """A projector for Sprout: "mlp", LLaVA's; "gemma3", whose rows see each other both ways; or
    "qwen3vl_merger", whose rows count by two dimensions and follow the picture's size."""
    metadata = {
        "general.architecture": "clip",
        "clip.has_vision_encoder": True,
        "clip.use_gelu": True,
        "clip.projector_type": kind,
        "clip.vision.image_size": _SIDE,
        "clip.vision.patch_size": _PATCH,
        "clip.vision.embedding_length": _TOWER,
        "clip.vision.feed_forward_length": _INNER,
        "clip.vision.projection_dim": _SPROUT_WIDTH,
        "clip.vision.block_count": 2,
        "clip.vision.attention.head_count": 4,
        "clip.vision.attention.layer_norm_epsilon": 1e-5,
        "clip.vision.image_mean": [0.5] * 3,
        "clip.vision.image_std": [0.5] * 3,
    }
    shapes = {
        "v.patch_embd.weight": [_PATCH, _PATCH, 3, _TOWER],
        "v.patch_embd.bias": [_TOWER],
        "v.position_embd.weight": [_TOWER, (_SIDE // _PATCH) ** 2],
        "v.post_ln.weight": [_TOWER],
        "v.post_ln.bias": [_TOWER],
    } | _layer("v.blk.0") | _layer("v.blk.1")
    if kind == "qwen3vl_merger":
        shapes = {name: shape for name, shape in shapes.items()
                  if not any(part in name for part in ("attn_q.", "attn_k.", "attn_v."))}
        shapes |= _linear("v.blk.0.attn_qkv", _TOWER, 3 * _TOWER)
        shapes |= _linear("v.blk.1.attn_qkv", _TOWER, 3 * _TOWER)
        shapes |= {"v.patch_embd.weight.1": [_PATCH, _PATCH, 3, _TOWER]}
        shapes |= _linear("mm.0", 4 * _TOWER, 128) | _linear("mm.2", 128, _SPROUT_WIDTH)
    elif kind == "mlp":
        shapes |= _linear("mm.0", _TOWER, _SPROUT_WIDTH) | _linear("mm.2", _SPROUT_WIDTH, _SPROUT_WIDTH)
    else:
        metadata["clip.vision.projector.scale_factor"] = 2
        shapes |= {"mm.input_projection.weight": [_SPROUT_WIDTH, _TOWER],
                   "mm.soft_emb_norm.weight": [_TOWER]}
    return gguf_file(metadata, shapes)


def tokens_of_a_picture(kind):
    """At least."""
    return {"mlp": 64, "gemma3": 16, "qwen3vl_merger": 16}[kind]


def png(seed, width=80, height=60):
    """A picture of coloured stripes as a PNG file."""
    drawn = random.Random(seed)
    colours = [bytes(drawn.randrange(256) for _ in range(3)) for _ in range(7)]
    rows = b"".join(b"\0" + b"".join(colours[(x // (seed + 2) + y // 9) % 7] for x in range(width))
                    for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
