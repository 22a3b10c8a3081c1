"""Asks a running llama-server what Sprout should know, and counts the right answers.

Any server with OpenAI's chat API will do that takes chat_template_kwargs, by which
thinking is turned on and off.
"""

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Iterable
from urllib.request import Request, urlopen

from countries import WORLD_MAP, read_world
from questions import Question, questions

LONGEST_ANSWER = 160
"""In tokens."""

MISSES_SHOWN = 3
"""How many wrong answers of a kind are printed."""


def ask(server: str, question: Question) -> dict[str, Any]:
    """The message with which SERVER (its URL) answers, drawn greedily."""
    body: dict[str, Any] = {
        "messages": question.messages,
        "temperature": 0,
        "max_tokens": LONGEST_ANSWER,
        "chat_template_kwargs": {"enable_thinking": question.thinking},
    }
    if question.tools:
        body["tools"] = question.tools
    request = Request(
        f"{server}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request) as response:
        return json.load(response)["choices"][0]["message"]


@dataclass
class Score:
    """How many questions of one kind were asked and answered right, and the misses."""

    asked: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)


def evaluate(server: str, asked: Iterable[Question]) -> dict[str, Score]:
    """Asks SERVER every question and scores each kind, in the order first met."""
    scores: dict[str, Score] = {}
    for question in asked:
        answer = ask(server, question)
        score = scores.setdefault(question.kind, Score())
        score.asked += 1
        if question.is_right(answer):
            score.right += 1
        else:
            score.misses.append(f"{question.messages[-1]['content']} -> {answer}")
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measures a served Sprout: right answers by kind of question."
    )
    parser.add_argument(
        "--server", default="http://127.0.0.1:8080", help="default: %(default)s"
    )
    parser.add_argument(
        "--count", type=int, default=60, help="questions of each kind that is drawn"
    )
    parser.add_argument("--seed", type=int, default=99, help="what is drawn")
    parser.add_argument(
        "--map", type=Path, default=WORLD_MAP, help="KGeography's world.kgm"
    )
    options = parser.parse_args()
    drawn = questions(Random(options.seed), read_world(options.map), options.count)
    for kind, score in evaluate(options.server, drawn).items():
        print(f"{kind:18} {score.right}/{score.asked}")
        for miss in score.misses[:MISSES_SHOWN]:
            print(f"  {miss}")


if __name__ == "__main__":
    main()
