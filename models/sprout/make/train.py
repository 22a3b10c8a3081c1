"""Trains Sprout, stage by stage, on the CPU.

Each stage runs for a number of minutes, and its learning rate falls with the clock, so
that a faster machine makes more steps and not a shorter run. Texts, first weights and
batches follow from the seeds; the last weights depend on the machine's speed too.
"""

import argparse
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import checkpoint
import corpus
from countries import WORLD_MAP, World, read_world
from dataset import NOT_LEARNT, Dataset, tokenize
from learn_bpe import learn_merges
from model import Config, Sprout
from stages import STAGES, Stage
from tokenizer import Tokenizer

TOKENIZER_TEXTS = 40_000
"""How many of the first stage's texts the tokenizer is learnt from."""

STEPS_A_REPORT = 20
STEPS_A_SAVE = 300
WEIGHT_DECAY = 0.1
LARGEST_GRADIENT = 1.0


def make_tokenizer(run: Path, stage: Stage, world: World) -> None:
    """Learns the tokenizer from the first texts of STAGE and keeps it in folder RUN."""
    print("learning the tokenizer", flush=True)
    sample = islice(_texts(stage, world), TOKENIZER_TEXTS)
    tokenizer = Tokenizer(learn_merges(sample, Config().vocabulary))
    tokenizer.save(checkpoint.tokenizer_file(run))
    print(f"{len(tokenizer.tokens)} tokens in the vocabulary", flush=True)


def train_stage(run: Path, stage: Stage, world: World, seed: int) -> None:
    """Runs one stage: from the weights it starts from to its own, in folder RUN."""
    tokenizer = checkpoint.load_tokenizer(run)
    model = _starting_model(stage, run, len(tokenizer.tokens), seed)
    data = tokenize(_texts(stage, world), tokenizer)
    print(f"{stage.name}: {len(data.tokens)} tokens, {stage.minutes} min", flush=True)
    _run_steps(model, stage, data, run)
    checkpoint.save_model(run, stage.name, model)


def _texts(stage: Stage, world: World) -> Iterator[str]:
    return islice(corpus.texts(stage.name, stage.text_seed, world), stage.texts)


def _starting_model(stage: Stage, run: Path, vocabulary: int, seed: int) -> Sprout:
    if stage.starts_from:
        return checkpoint.load_model(run, stage.starts_from)
    torch.manual_seed(seed)
    return Sprout(Config(vocabulary=vocabulary))


def _run_steps(model: Sprout, stage: Stage, data: Dataset, run: Path) -> None:
    optimizer = make_optimizer(model, stage.peak_rate)
    rng = np.random.default_rng(stage.batch_seed)
    start = time.monotonic()
    step = 0
    while (elapsed := time.monotonic() - start) < stage.minutes * 60:
        rate = stage.rate(step, done=elapsed / (stage.minutes * 60))
        inputs, targets = data.batch(rng, *stage.batch_shape(step))
        loss = learn(model, optimizer, rate, inputs, targets)
        step += 1
        if step % STEPS_A_REPORT == 0:
            print(f"step {step}, {elapsed:.0f} s, loss {loss:.4f}", flush=True)
        if step % STEPS_A_SAVE == 0:
            checkpoint.save_model(run, stage.name, model)
    print(f"{stage.name}: done after {step} steps", flush=True)


def make_optimizer(model: Sprout, rate: float) -> torch.optim.Optimizer:
    """AdamW that shrinks the matrices but not the norms."""
    weights = list(model.parameters())
    matrices = [w for w in weights if w.dim() == 2]
    norms = [w for w in weights if w.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": WEIGHT_DECAY},
        {"params": norms, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95))


def learn(
    model: Sprout,
    optimizer: torch.optim.Optimizer,
    rate: float,
    inputs: Tensor,
    targets: Tensor,
) -> float:
    """One step at RATE; returns the loss before it."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    logits = model(inputs).flatten(0, 1)
    loss = functional.cross_entropy(logits, targets.flatten(), ignore_index=NOT_LEARNT)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), LARGEST_GRADIENT)
    optimizer.step()
    return loss.item()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Trains Sprout. The stages follow one another: base, drill, tools."
    )
    parser.add_argument(
        "stage", choices=["all", *STAGES], help="one stage, or all of them in turn"
    )
    parser.add_argument(
        "--run", type=Path, required=True, help="folder for the tokenizer and weights"
    )
    parser.add_argument("--minutes", type=float, help="time for each stage")
    parser.add_argument("--texts", type=int, help="training texts for each stage")
    parser.add_argument("--seed", type=int, default=1, help="of the first weights")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument(
        "--tokenizer",
        type=Path,
        help="a tokenizer.json for stage base to use instead of learning one",
    )
    parser.add_argument(
        "--map", type=Path, default=WORLD_MAP, help="KGeography's world.kgm"
    )
    options = parser.parse_args()
    if options.tokenizer and options.stage not in ("all", "base"):
        parser.error("--tokenizer is for stage base: later stages keep its tokenizer")
    return options


def _stages(options: argparse.Namespace) -> list[Stage]:
    """The stages to run, with what the command line changes in them."""
    names = list(STAGES) if options.stage == "all" else [options.stage]
    changes = {"minutes": options.minutes, "texts": options.texts}
    changes = {name: value for name, value in changes.items() if value}
    return [replace(STAGES[name], **changes) for name in names]


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    options.run.mkdir(parents=True, exist_ok=True)
    world = read_world(options.map)
    stages = _stages(options)
    if options.tokenizer:
        Tokenizer.load(options.tokenizer).save(checkpoint.tokenizer_file(options.run))
    elif stages[0].starts_from is None:
        make_tokenizer(options.run, stages[0], world)
    for stage in stages:
        train_stage(options.run, stage, world, options.seed)


if __name__ == "__main__":
    main()
