"""LoRA adapters with random, fixed values: what they do to a model is none, but always the same."""

from harness.gguf import gguf_file

_RANK = 4


def adapter(family="qwen3", tensors=None):
    """`tensors`: names of matrices with their sizes, [from, to]; Sprout's, unless they are given."""
    tensors = tensors or {"blk.0.attn_q.weight": [192, 192], "blk.3.ffn_gate.weight": [192, 512]}
    shapes = {}
    for name, (from_size, to_size) in tensors.items():
        shapes |= {f"{name}.lora_a": [from_size, _RANK], f"{name}.lora_b": [_RANK, to_size]}
    return gguf_file({"general.type": "adapter", "general.architecture": family,
                      "adapter.type": "lora", "adapter.lora.alpha": 32.0}, shapes)
