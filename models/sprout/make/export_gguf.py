"""Writes a model as a GGUF file of architecture qwen3.

gguf-py is imported inside the functions: it comes from a llama.cpp source tree whose
place is known only when the program runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model import Config, Sprout
from tensors import tensor_names
from tokenizer import CONTROL_TOKENS, MARKUP_TOKENS, Tokenizer

if TYPE_CHECKING:
    from gguf import GGUFWriter

KINDS = ("f16", "q8_0")
"""How the matrices are stored; the norms are F32 in both."""


def write_gguf(
    path: Path, kind: str, model: Sprout, tokenizer: Tokenizer, template: str
) -> None:
    """Writes PATH with the matrices as KIND; TEMPLATE is the Jinja chat template."""
    from gguf import GGUFWriter

    writer = GGUFWriter(path, "qwen3")
    _add_description(writer)
    _add_sizes(writer, model.config)
    _add_file_type(writer, kind)
    _add_tokenizer(writer, tokenizer)
    writer.add_chat_template(template)
    weights = model.state_dict()
    for hf_name, gguf_name in tensor_names(model.config.layers):
        _add_tensor(writer, gguf_name, weights[hf_name].numpy(), kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_description(writer: "GGUFWriter") -> None:
    writer.add_name("Sprout 3M")
    writer.add_basename("sprout")
    writer.add_size_label("3M")
    writer.add_license("mit")
    writer.add_description("Tiny Qwen3-architecture demo model: capitals, sums, tools.")


def _add_sizes(writer: "GGUFWriter", config: Config) -> None:
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.hidden)
    writer.add_block_count(config.layers)
    writer.add_feed_forward_length(config.feed_forward)
    writer.add_head_count(config.query_heads)
    writer.add_head_count_kv(config.key_value_heads)
    writer.add_key_length(config.head)
    writer.add_value_length(config.head)
    writer.add_rope_freq_base(config.rotary_base)
    writer.add_layer_norm_rms_eps(config.norm_epsilon)
    writer.add_vocab_size(config.vocabulary)


def _add_file_type(writer: "GGUFWriter", kind: str) -> None:
    from gguf import LlamaFileType

    types = {"f16": LlamaFileType.MOSTLY_F16, "q8_0": LlamaFileType.MOSTLY_Q8_0}
    writer.add_file_type(types[kind])


def _add_tokenizer(writer: "GGUFWriter", tokenizer: Tokenizer) -> None:
    from gguf import TokenType

    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([token.encode() for token in tokenizer.tokens])
    writer.add_token_types(
        [TokenType.NORMAL] * tokenizer.first_special
        + [TokenType.CONTROL] * len(CONTROL_TOKENS)
        + [TokenType.USER_DEFINED] * len(MARKUP_TOKENS)
    )
    writer.add_token_merges([" ".join(pair) for pair in tokenizer.merges])
    writer.add_eos_token_id(tokenizer.ids["<|im_end|>"])
    writer.add_eot_token_id(tokenizer.ids["<|im_end|>"])
    writer.add_pad_token_id(tokenizer.ids["<|endoftext|>"])
    writer.add_bos_token_id(tokenizer.ids["<|endoftext|>"])
    writer.add_add_bos_token(False)


def _add_tensor(writer: "GGUFWriter", name: str, weight: np.ndarray, kind: str) -> None:
    from gguf import GGMLQuantizationType, quants

    if weight.ndim == 1:
        writer.add_tensor(name, weight)
    elif kind == "f16":
        writer.add_tensor(name, weight.astype(np.float16))
    else:
        q8_0 = GGMLQuantizationType.Q8_0
        writer.add_tensor(name, quants.quantize(weight, q8_0), raw_dtype=q8_0)
