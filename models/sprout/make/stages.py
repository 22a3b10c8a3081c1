"""The three stages of training: which texts, how long, and at what rate."""

import math
from dataclasses import dataclass
from typing import Callable

ROWS = 12
LENGTH = 384
LONG_LENGTH = 1024


def cosine(done: float) -> float:
    """From 1 down to 0.03 along half a cosine; DONE goes from 0 to 1."""
    return 0.5 * (1 + math.cos(math.pi * done)) * 0.97 + 0.03


def linear(done: float) -> float:
    """From 1 straight down to 0; DONE goes from 0 to 1."""
    return 1 - done


@dataclass(frozen=True)
class Stage:
    """One stage. Its texts are drawn from the mixture of the same name."""

    name: str
    starts_from: str | None  # the stage whose weights it takes; None: random weights
    minutes: float
    texts: int
    text_seed: int
    batch_seed: int
    peak_rate: float
    warmup_steps: int
    decay: Callable[[float], float]
    floor_rate: float = 0.0
    long_every: int | None = None  # each how manieth batch is of long sequences

    def rate(self, step: int, done: float) -> float:
        """The learning rate of STEP, when DONE (0 to 1) of the time is over."""
        warmup = min(1.0, (step + 1) / self.warmup_steps)
        return self.peak_rate * warmup * self.decay(done) + self.floor_rate

    def batch_shape(self, step: int) -> tuple[int, int]:
        """Rows and length of the batch of STEP; long batches have as many tokens."""
        is_long = self.long_every and step % self.long_every == self.long_every - 1
        length = LONG_LENGTH if is_long else LENGTH
        return max(1, ROWS * LENGTH // length), length


STAGES = {
    stage.name: stage
    for stage in (
        Stage(
            name="base",
            starts_from=None,
            minutes=45,
            texts=120_000,
            text_seed=11,
            batch_seed=5,
            peak_rate=3e-3,
            warmup_steps=60,
            decay=cosine,
            long_every=8,
        ),
        Stage(
            name="drill",
            starts_from="base",
            minutes=24,
            texts=110_000,
            text_seed=23,
            batch_seed=9,
            peak_rate=2e-3,
            warmup_steps=40,
            decay=linear,
            floor_rate=1e-5,
        ),
        Stage(
            name="tools",
            starts_from="drill",
            minutes=16,
            texts=70_000,
            text_seed=31,
            batch_seed=17,
            peak_rate=1.2e-3,
            warmup_steps=30,
            decay=linear,
            floor_rate=1e-5,
        ),
    )
}
