"""Training texts as one long row of tokens, and batches cut from it at random."""

from array import array
from dataclasses import dataclass
from typing import Iterable

import numpy as np
import torch
from torch import Tensor

from conversation import EMPTY_THINKING
from tokenizer import Tokenizer

NOT_LEARNT = -100
"""The target that cross_entropy ignores."""


@dataclass(frozen=True)
class Dataset:
    """TOKENS [n] int64, and LEARNT [n] bool: whether the model learns to write each."""

    tokens: np.ndarray
    learnt: np.ndarray

    def batch(
        self, rng: np.random.Generator, rows: int, length: int
    ) -> tuple[Tensor, Tensor]:
        """Inputs and targets [rows, length], cut anywhere, across texts too."""
        starts = rng.integers(0, len(self.tokens) - length - 1, rows)
        cuts = [slice(start, start + length + 1) for start in starts]
        tokens = np.stack([self.tokens[cut] for cut in cuts])
        learnt = np.stack([self.learnt[cut] for cut in cuts])
        targets = np.where(learnt, tokens, NOT_LEARNT)
        return torch.from_numpy(tokens[:, :-1]), torch.from_numpy(targets[:, 1:])


def tokenize(texts: Iterable[str], tokenizer: Tokenizer) -> Dataset:
    """Encodes TEXTS one after another.

    Empty thinking blocks are not learnt: whoever turns thinking off writes the block
    into the prompt, and the model should not turn it off by itself.
    """
    empty = tokenizer.encode(EMPTY_THINKING)
    tokens, learnt = array("H"), array("B")
    for text in texts:
        ids = tokenizer.encode(text)
        tokens.extend(ids)
        learnt.extend(learnt_mask(ids, empty))
    return Dataset(np.array(tokens, np.int64), np.array(learnt, bool))


def learnt_mask(ids: list[int], empty: list[int]) -> list[int]:
    """1 for each of IDS, but 0 where the run EMPTY stands."""
    mask = [1] * len(ids)
    for start, token in enumerate(ids):
        if token == empty[0] and ids[start : start + len(empty)] == empty:
            mask[start : start + len(empty)] = [0] * len(empty)
    return mask
