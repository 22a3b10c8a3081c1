"""The three tools that Sprout is trained with, and conversations that call them."""

from random import Random
from typing import Any, NamedTuple

from conversation import Call, Conversation, Message, to_json
from countries import World
from exchanges import capital_of_country, fact


def _tool(
    name: str, description: str, parameters: dict[str, dict[str, str]]
) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": parameters,
        "required": list(parameters),
    }
    function = {"name": name, "description": description, "parameters": schema}
    return {"type": "function", "function": function}


_CITY = {"city": {"type": "string", "description": "The name of the city"}}
_TWO_NUMBERS = {"a": {"type": "integer"}, "b": {"type": "integer"}}

WEATHER = _tool("get_weather", "Get the current weather of a city", _CITY)
TIME = _tool("get_time", "Get the current time in a city", _CITY)
ADD = _tool("add", "Add two numbers", _TWO_NUMBERS)

SYSTEM_LINES = ("", "", "You are a helpful assistant.")


class ToolUse(NamedTuple):
    """A question, the call that answers it, the tool's result, and the last word."""

    question: str
    call: Call
    result: str
    answer: str


def tool_conversation(rng: Random, world: World) -> Conversation:
    """A conversation with tools on offer, in one of six of which none is needed."""
    kind = rng.choice(["weather", "weather", "weather", "time", "add", "none"])
    tools = _tools_on_offer(rng, kind)
    system = rng.choice(SYSTEM_LINES)
    city = rng.choice(world.cities)
    return Conversation(_messages(rng, world, kind, city), tuple(tools), system)


def _tools_on_offer(rng: Random, kind: str) -> list[dict[str, Any]]:
    if kind == "time":
        tools = [TIME] if rng.random() < 0.5 else [WEATHER, TIME]
    elif kind == "add":
        tools = [ADD] if rng.random() < 0.5 else [WEATHER, ADD]
    elif rng.random() < 0.4:
        tools = [WEATHER, rng.choice([ADD, TIME])]
    else:
        tools = [WEATHER]
    rng.shuffle(tools)
    return tools


def _messages(rng: Random, world: World, kind: str, city: str) -> tuple[Message, ...]:
    if kind == "none":
        question, answer = rng.choice([fact, capital_of_country])(rng, world)
        return Message("user", question), Message("assistant", answer)
    if kind == "weather":
        use = _weather_use(rng, city)
    elif kind == "time":
        use = _time_use(rng, city)
    else:
        use = _add_use(rng)
    return (
        Message("user", use.question),
        Message("assistant", call=use.call),
        Message("tool", use.result),
        Message("assistant", use.answer),
    )


def _weather_use(rng: Random, city: str) -> ToolUse:
    questions = [
        f"What is the weather in {city}?",
        f"What's the weather like in {city}?",
        f"How is the weather in {city} today?",
        f"Weather in {city}?",
        f"Is it raining in {city}?",
    ]
    question = rng.choice(questions)
    weather = rng.choice(["sunny", "cloudy", "rainy", "windy", "snowy", "foggy"])
    degrees = rng.randint(-5, 35)
    return ToolUse(
        question,
        Call("get_weather", {"city": city}),
        to_json({"weather": weather, "temperature": degrees}),
        f"It is {weather} in {city}, and the temperature is {degrees} degrees.",
    )


def _time_use(rng: Random, city: str) -> ToolUse:
    questions = [
        f"What time is it in {city}?",
        f"What is the time in {city}?",
        f"Tell me the time in {city}.",
    ]
    question = rng.choice(questions)
    time = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
    return ToolUse(
        question,
        Call("get_time", {"city": city}),
        to_json({"time": time}),
        f"It is {time} in {city}.",
    )


def _add_use(rng: Random) -> ToolUse:
    a, b = rng.randint(0, 99), rng.randint(0, 99)
    questions = [f"What is {a} + {b}?", f"Add {a} and {b}.", f"What is {a} plus {b}?"]
    return ToolUse(
        rng.choice(questions),
        Call("add", {"a": a, "b": b}),
        str(a + b),
        f"{a} + {b} = {a + b}.",
    )
