"""The weights' names in Hugging Face's files and in GGUF, in the order written."""

OUTER = (
    ("model.embed_tokens.weight", "token_embd.weight"),
    ("model.norm.weight", "output_norm.weight"),
)

IN_LAYER = (
    ("input_layernorm", "attn_norm"),
    ("post_attention_layernorm", "ffn_norm"),
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
)


def tensor_names(layers: int) -> list[tuple[str, str]]:
    """(Hugging Face's name, GGUF's name) of every weight of a model with LAYERS."""
    return [
        *OUTER,
        *(
            (f"model.layers.{i}.{hf}.weight", f"blk.{i}.{gguf}.weight")
            for i in range(layers)
            for hf, gguf in IN_LAYER
        ),
    ]
