"""Sprout's network: a small Qwen3, with the parameter names of Hugging Face's Qwen3.

The forward pass is for training: whole sequences, no key/value cache.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Config:
    """The sizes of the network."""

    vocabulary: int = 2048
    hidden: int = 192
    layers: int = 6
    query_heads: int = 6
    key_value_heads: int = 2
    head: int = 32
    feed_forward: int = 512
    context: int = 1024
    rotary_base: float = 10000.0
    norm_epsilon: float = 1e-6


class RmsNorm(nn.Module):
    """Divides by the root of the mean square over the last axis, then scales."""

    def __init__(self, size: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        mean_square = x.pow(2).mean(-1, keepdim=True)
        return x * torch.rsqrt(mean_square + self.epsilon) * self.weight


@dataclass(frozen=True)
class Positions:
    """What attention needs to know of positions, the same in every layer."""

    cosine: Tensor  # [sequence, head]
    sine: Tensor  # [sequence, head]
    future: Tensor  # [sequence, sequence], -1e9 where a key is later than the query


def positions(length: int, config: Config) -> Positions:
    """The rotary angles and the causal mask for sequences of LENGTH tokens."""
    exponents = torch.arange(0, config.head, 2).float() / config.head
    angles = torch.outer(torch.arange(length).float(), config.rotary_base**-exponents)
    both_halves = torch.cat([angles, angles], -1)
    future = torch.full((length, length), -1e9).triu(1)
    return Positions(both_halves.cos(), both_halves.sin(), future)


def rotate(x: Tensor, at: Positions) -> Tensor:
    """Turns X [batch, heads, sequence, head] by the angles of its positions."""
    half = x.shape[-1] // 2
    quarter_turn = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * at.cosine + quarter_turn * at.sine


class Attention(nn.Module):
    """Grouped-query attention with normalised queries and keys."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        queries = config.query_heads * config.head
        keys = config.key_value_heads * config.head
        self.q_proj = nn.Linear(config.hidden, queries, bias=False)
        self.k_proj = nn.Linear(config.hidden, keys, bias=False)
        self.v_proj = nn.Linear(config.hidden, keys, bias=False)
        self.o_proj = nn.Linear(queries, config.hidden, bias=False)
        self.q_norm = RmsNorm(config.head, config.norm_epsilon)
        self.k_norm = RmsNorm(config.head, config.norm_epsilon)

    def forward(self, x: Tensor, at: Positions) -> Tensor:
        queries = rotate(self.q_norm(self._heads(self.q_proj(x))).transpose(1, 2), at)
        keys = rotate(self.k_norm(self._heads(self.k_proj(x))).transpose(1, 2), at)
        values = self._heads(self.v_proj(x)).transpose(1, 2)
        scores = queries * self.config.head**-0.5 @ self._share(keys).transpose(2, 3)
        weights = (scores + at.future).softmax(-1)
        mixed = weights @ self._share(values)
        return self.o_proj(mixed.transpose(1, 2).flatten(2))

    def _heads(self, x: Tensor) -> Tensor:
        """[batch, sequence, heads * head] to [batch, sequence, heads, head]."""
        return x.unflatten(-1, (-1, self.config.head))

    def _share(self, x: Tensor) -> Tensor:
        """Repeats each key/value head for the query heads that use it."""
        sharers = self.config.query_heads // self.config.key_value_heads
        return x.repeat_interleave(sharers, dim=1)


class FeedForward(nn.Module):
    """SwiGLU: a gated feed-forward block."""

    def __init__(self, config: Config):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden, config.feed_forward, bias=False)
        self.up_proj = nn.Linear(config.hidden, config.feed_forward, bias=False)
        self.down_proj = nn.Linear(config.feed_forward, config.hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    """Attention, then feed-forward, each on a normalised copy of the stream."""

    def __init__(self, config: Config):
        super().__init__()
        self.input_layernorm = RmsNorm(config.hidden, config.norm_epsilon)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RmsNorm(config.hidden, config.norm_epsilon)
        self.mlp = FeedForward(config)

    def forward(self, x: Tensor, at: Positions) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), at)
        return x + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    """Everything but the head, which is the embedding again."""

    def __init__(self, config: Config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocabulary, config.hidden)
        self.layers = nn.ModuleList([Layer(config) for _ in range(config.layers)])
        self.norm = RmsNorm(config.hidden, config.norm_epsilon)


class Sprout(nn.Module):
    """The whole network: token ids in, logits out."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.model = Body(config)
        self._initialise()

    def forward(self, ids: Tensor) -> Tensor:
        """IDS [batch, sequence] to logits [batch, sequence, vocabulary]."""
        at = positions(ids.shape[1], self.config)
        x = self.model.embed_tokens(ids)
        for layer in self.model.layers:
            x = layer(x, at)
        return self.model.norm(x) @ self.model.embed_tokens.weight.T

    def _initialise(self) -> None:
        """GPT-2's start: small weights, smaller where they add to the stream."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                adds = name.endswith(("o_proj.weight", "down_proj.weight"))
                shrink = math.sqrt(2 * self.config.layers) if adds else 1.0
                nn.init.normal_(weight, std=0.02 / shrink)
