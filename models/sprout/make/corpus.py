"""Writes Sprout's training texts: narrow, made from patterns, and easy to check.

The same mixture and seed always give the same texts.
"""

import argparse
import itertools
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Callable, Iterator

import dialogues
import exchanges
from conversation import (
    TEXT_END,
    Conversation,
    Message,
    render,
    to_json,
    with_reasoning,
)
from countries import WORLD_MAP, World, read_world
from exchanges import Exchange, ExchangeMaker
from mixtures import MIXTURES, Mixture
from tools import tool_conversation

SYSTEM_LINES = (
    "You are a helpful assistant.",
    "You are Sprout, a tiny model.",
    "Answer briefly.",
    "You are a friendly assistant.",
)
SYSTEM_SHARE = 0.25
"""How many of the conversations without tools open with a system line."""


def texts(mixture: str, seed: int, world: World) -> Iterator[str]:
    """Endless training texts of the MIXTURE of that name."""
    rng = Random(seed)
    while True:
        yield draw_text(rng, world, mixture)


def draw_text(rng: Random, world: World, mixture: str) -> str:
    """One training text: a plain passage or a conversation, with its end mark."""
    kind = _draw_kind(rng, MIXTURES[mixture])
    if kind in PLAIN_TEXTS:
        return PLAIN_TEXTS[kind](rng, world) + TEXT_END
    thinks = rng.random() < MIXTURES[mixture].thinking
    if kind in MIXTURES:
        return draw_text(rng, world, kind)
    conversation = _with_system_line(rng, CONVERSATIONS[kind](rng, world))
    if thinks:
        conversation = with_reasoning(conversation)
    return render(conversation) + TEXT_END


def _draw_kind(rng: Random, mixture: Mixture) -> str:
    point = rng.random() * 100
    bounds = itertools.accumulate(mixture.percent.values())
    return next(kind for kind, bound in zip(mixture.percent, bounds) if point < bound)


def _with_system_line(rng: Random, conversation: Conversation) -> Conversation:
    if conversation.tools or rng.random() >= SYSTEM_SHARE:
        return conversation
    return replace(conversation, system=rng.choice(SYSTEM_LINES))


def _passage(rng: Random, world: World) -> str:
    """A story, three capitals or a fact, told without being asked."""
    passages = [
        exchanges.story(rng, world)[1],
        " ".join(exchanges.capital_of_country(rng, world)[1] for _ in range(3)),
        exchanges.fact(rng, world)[1],
    ]
    return rng.choice(passages)


def _capitals(rng: Random, world: World) -> str:
    """Two to five capitals, one sentence each."""
    countries = rng.sample(world.countries, rng.randint(2, 5))
    return " ".join(exchanges.capital_sentence(world, c) for c in countries)


ConversationMaker = Callable[[Random, World], Conversation]


def _conversation(pairs: list[Exchange]) -> Conversation:
    messages = (
        message
        for question, answer in pairs
        for message in (Message("user", question), Message("assistant", answer))
    )
    return Conversation(tuple(messages))


def _single(make: ExchangeMaker) -> ConversationMaker:
    return lambda rng, world: _conversation([make(rng, world)])


PLAIN_TEXTS: dict[str, Callable[[Random, World], str]] = {
    "passage": _passage,
    "capitals": _capitals,
}

CONVERSATIONS: dict[str, ConversationMaker] = {
    "capital": _single(exchanges.capital_of_country),
    "country": _single(exchanges.country_of_capital),
    "sum": _single(exchanges.small_sum),
    "fact": _single(exchanges.fact),
    "story": _single(exchanges.story),
    "count": _single(exchanges.counting),
    "repeat": _single(exchanges.repeating),
    "order": _single(exchanges.ordering),
    "json": _single(exchanges.capital_as_json),
    "memory": lambda rng, world: _conversation(dialogues.memory(rng, world)),
    "tool": tool_conversation,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Writes training texts to standard output, one JSON string a line."
    )
    parser.add_argument("mixture", choices=MIXTURES, help="which kinds, how often")
    parser.add_argument("--count", type=int, default=1000, help="how many texts")
    parser.add_argument("--seed", type=int, default=7, help="what is drawn")
    parser.add_argument(
        "--map", type=Path, default=WORLD_MAP, help="KGeography's world.kgm"
    )
    options = parser.parse_args()
    drawn = texts(options.mixture, options.seed, read_world(options.map))
    for text in itertools.islice(drawn, options.count):
        sys.stdout.write(to_json(text) + "\n")


if __name__ == "__main__":
    main()
