"""Writes a model as a Hugging Face folder of type qwen3, weights in bf16."""

import json
import struct
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from model import Config, Sprout
from tensors import tensor_names
from tokenizer import SPECIAL_TOKENS, Tokenizer, special_token


def write_folder(
    folder: Path, model: Sprout, tokenizer: Tokenizer, template: str
) -> None:
    """Writes every file of the folder; TEMPLATE is the Jinja chat template."""
    folder.mkdir(exist_ok=True)
    config = model.config
    _write_weights(folder / "model.safetensors", model)
    _write_json(folder / "config.json", model_config(config, tokenizer), indent=2)
    _write_json(
        folder / "generation_config.json", generation_config(tokenizer), indent=2
    )
    _write_json(
        folder / "tokenizer_config.json",
        tokenizer_config(config, tokenizer, template),
        indent=2,
    )
    tokenizer.save(folder / "tokenizer.json")
    _write_json(folder / "vocab.json", tokenizer.plain_vocabulary())
    merges = ["#version: 0.2", *(" ".join(pair) for pair in tokenizer.merges)]
    (folder / "merges.txt").write_text("\n".join(merges) + "\n", encoding="utf-8")


def model_config(config: Config, tokenizer: Tokenizer) -> dict[str, Any]:
    """config.json."""
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": tokenizer.ids["<|endoftext|>"],
        "eos_token_id": tokenizer.ids["<|im_end|>"],
        "head_dim": config.head,
        "hidden_act": "silu",
        "hidden_size": config.hidden,
        "initializer_range": 0.02,
        "intermediate_size": config.feed_forward,
        "max_position_embeddings": config.context,
        "max_window_layers": config.layers,
        "num_attention_heads": config.query_heads,
        "num_hidden_layers": config.layers,
        "num_key_value_heads": config.key_value_heads,
        "rms_norm_eps": config.norm_epsilon,
        "rope_scaling": None,
        "rope_theta": config.rotary_base,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": config.vocabulary,
    }


def generation_config(tokenizer: Tokenizer) -> dict[str, Any]:
    """generation_config.json: greedy, and both end marks end an answer."""
    turn_end, text_end = (tokenizer.ids[t] for t in ("<|im_end|>", "<|endoftext|>"))
    return {
        "bos_token_id": text_end,
        "eos_token_id": [turn_end, text_end],
        "pad_token_id": text_end,
        "do_sample": False,
    }


def tokenizer_config(
    config: Config, tokenizer: Tokenizer, template: str
) -> dict[str, Any]:
    """tokenizer_config.json, with the chat template inside."""
    return {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": {
            str(tokenizer.ids[token]): dict(sorted(special_token(token).items()))
            for token in SPECIAL_TOKENS
        },
        "additional_special_tokens": ["<|im_start|>", "<|im_end|>"],
        "bos_token": None,
        "chat_template": template,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>",
        "errors": "replace",
        "model_max_length": config.context,
        "pad_token": "<|endoftext|>",
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }


def _write_json(path: Path, value: Any, indent: int | None = None) -> None:
    path.write_text(
        json.dumps(value, indent=indent, ensure_ascii=False), encoding="utf-8"
    )


def _write_weights(path: Path, model: Sprout) -> None:
    """safetensors: the header's length, the header as JSON, then the weights."""
    weights = model.state_dict()
    header: dict[str, Any] = {}
    blobs: list[bytes] = []
    end = 0
    for name, _ in tensor_names(model.config.layers):
        blobs.append(_bf16_bytes(weights[name]))
        start, end = end, end + len(blobs[-1])
        shape = list(weights[name].shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def _bf16_bytes(weight: Tensor) -> bytes:
    return weight.to(torch.bfloat16).contiguous().view(torch.int16).numpy().tobytes()
