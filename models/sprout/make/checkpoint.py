"""What a training run keeps in its folder: tokenizer.json and the weights by stage."""

from dataclasses import asdict
from pathlib import Path

import torch

from model import Config, Sprout
from tokenizer import Tokenizer


def tokenizer_file(run: Path) -> Path:
    """Where the run in folder RUN keeps its tokenizer."""
    return run / "tokenizer.json"


def load_tokenizer(run: Path) -> Tokenizer:
    """The tokenizer of the run."""
    return Tokenizer.load(tokenizer_file(run))


def save_model(run: Path, stage: str, model: Sprout) -> None:
    """Writes the weights that STAGE has reached."""
    state = {"config": asdict(model.config), "weights": model.state_dict()}
    torch.save(state, _model_file(run, stage))


def load_model(run: Path, stage: str) -> Sprout:
    """The model with the weights that STAGE left."""
    state = torch.load(_model_file(run, stage))
    model = Sprout(Config(**state["config"]))
    model.load_state_dict(state["weights"])
    return model


def _model_file(run: Path, stage: str) -> Path:
    return run / f"{stage}.pt"
