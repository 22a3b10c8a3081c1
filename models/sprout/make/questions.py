"""The questions that measure Sprout, each with the check of its answer."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any, Callable, Iterator

import dialogues
import exchanges
from countries import World
from facts import FACTS
from tools import WEATHER

Message = dict[str, Any]
Check = Callable[[Message], bool]


@dataclass(frozen=True)
class Question:
    """What is asked, in OpenAI's form, and when the answer is right."""

    kind: str
    messages: list[Message]
    is_right: Check
    tools: tuple[dict[str, Any], ...] = ()
    thinking: bool = False


def questions(rng: Random, world: World, count: int) -> Iterator[Question]:
    """Every capital and fact once, and COUNT questions of each other kind."""
    yield from _capitals(world)
    yield from _capitals_while_thinking(rng, world, count)
    for kind, make in EXCHANGES.items():
        for _ in range(count):
            question, answer = make(rng, world)
            yield Question(kind, [_user(question)], _says(answer))
    yield from _facts()
    yield from (_memory(rng, world) for _ in range(count))
    yield from (_weather_call(rng.choice(world.cities)) for _ in range(count))
    yield from (_json(world, rng.choice(world.countries)) for _ in range(count))


EXCHANGES = {
    "country": exchanges.country_of_capital,
    "sum": exchanges.small_sum,
    "count": exchanges.counting,
    "repeat": exchanges.repeating,
    "order": exchanges.ordering,
}


def _user(text: str) -> Message:
    return {"role": "user", "content": text}


def _content(message: Message) -> str:
    return message.get("content") or ""


def _says(answer: str) -> Check:
    return lambda message: _content(message).strip() == answer


def _capitals(world: World) -> Iterator[Question]:
    for country in world.countries:
        yield _capital("capital", world, country, thinking=False)


def _capitals_while_thinking(
    rng: Random, world: World, count: int
) -> Iterator[Question]:
    for country in rng.sample(world.countries, min(count, len(world.countries))):
        yield _capital("capital, thinking", world, country, thinking=True)


def _capital(kind: str, world: World, country: str, thinking: bool) -> Question:
    def is_right(message: Message) -> bool:
        has_thought = bool(message.get("reasoning_content")) or not thinking
        return has_thought and world.capitals[country] in _content(message)

    asked = [_user(f"What is the capital of {country}?")]
    return Question(kind, asked, is_right, thinking=thinking)


def _facts() -> Iterator[Question]:
    for wordings, answer in FACTS:
        for wording in wordings:
            yield Question("fact", [_user(wording)], _says(answer))


def _memory(rng: Random, world: World) -> Question:
    make = rng.choice([dialogues.name, dialogues.favourite_animal])
    *earlier, (question, answer) = make(rng, world)
    messages: list[Message] = []
    for said, replied in earlier:
        messages += [_user(said), {"role": "assistant", "content": replied}]
    return Question("memory", [*messages, _user(question)], _says(answer))


def _weather_call(city: str) -> Question:
    def is_right(message: Message) -> bool:
        calls = message.get("tool_calls") or []
        if not calls or calls[0]["function"]["name"] != "get_weather":
            return False
        return _parsed(calls[0]["function"]["arguments"]).get("city") == city

    asked = [_user(f"What is the weather in {city}?")]
    return Question("tool", asked, is_right, tools=(WEATHER,))


def _json(world: World, country: str) -> Question:
    wanted = {"country": country, "capital": world.capitals[country]}
    asked = [_user(f"Answer in JSON: what is the capital of {country}?")]
    return Question("json", asked, lambda m: _parsed(_content(m)) == wanted)


def _parsed(text: str) -> dict[str, Any]:
    """The JSON object in TEXT; an empty one if TEXT is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
