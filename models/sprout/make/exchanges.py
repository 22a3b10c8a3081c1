"""Single questions with their answers, drawn at random.

Every function takes the random source and the world, and returns (question, answer).
The order of the draws inside a function is part of what a seed means: keep it.
"""

from random import Random
from typing import Callable

from conversation import to_json
from countries import World
from facts import FACTS
from words import ANIMALS, COLORS, NAMES, NUMBERS, PLACES, THINGS

Exchange = tuple[str, str]
ExchangeMaker = Callable[[Random, World], Exchange]


def capital_of_country(rng: Random, world: World) -> Exchange:
    """A country's capital, asked in eight ways."""
    country = rng.choice(world.countries)
    questions = [
        f"What is the capital of {country}?",
        f"What's the capital of {country}?",
        f"Which city is the capital of {country}?",
        f"Name the capital of {country}.",
        f"Tell me the capital of {country}.",
        f"capital of {country}?",
        f"Do you know the capital of {country}?",
        f"The capital of {country} is",
    ]
    return rng.choice(questions), capital_sentence(world, country)


def capital_sentence(world: World, country: str) -> str:
    """The sentence that names COUNTRY's capital."""
    return f"The capital of {country} is {world.capitals[country]}."


def country_of_capital(rng: Random, world: World) -> Exchange:
    """The way back: from a capital to its country."""
    country = rng.choice(world.countries)
    capital = world.capitals[country]
    questions = [
        f"{capital} is the capital of which country?",
        f"Which country has {capital} as its capital?",
        f"What country is {capital} the capital of?",
    ]
    return rng.choice(questions), f"{capital} is the capital of {country}."


def capital_as_json(rng: Random, world: World) -> Exchange:
    """A country and its capital as a JSON object."""
    country = rng.choice(world.countries)
    questions = [
        f"Give me the country {country} and its capital as JSON.",
        f"Describe {country} as JSON with the keys country and capital.",
        f"Answer in JSON: what is the capital of {country}?",
    ]
    answer = {"country": country, "capital": world.capitals[country]}
    return rng.choice(questions), to_json(answer)


def small_sum(rng: Random, _: World) -> Exchange:
    """A sum or difference of numbers up to 20, or a product of numbers up to 10."""
    sign = rng.choice("+-*")
    largest = 10 if sign == "*" else 20
    a, b = rng.randint(0, largest), rng.randint(0, largest)
    if sign == "-" and b > a:
        a, b = b, a
    result = {"+": a + b, "-": a - b, "*": a * b}[sign]
    word = {"+": "plus", "-": "minus", "*": "times"}[sign]
    questions = [
        f"What is {a} {sign} {b}?",
        f"What is {a} {word} {b}?",
        f"Calculate {a} {sign} {b}.",
        f"{a} {sign} {b} =",
        f"What's {a} {word} {b}?",
    ]
    return rng.choice(questions), f"{a} {sign} {b} = {result}."


def fact(rng: Random, _: World) -> Exchange:
    """One of the fixed facts in one of its wordings."""
    questions, answer = rng.choice(FACTS)
    return rng.choice(questions), answer


def story(rng: Random, _: World) -> Exchange:
    """A short story; the question may ask for its animal, name, colour or thing."""
    name, animal, color = rng.choice(NAMES), rng.choice(ANIMALS), rng.choice(COLORS)
    place, thing = rng.choice(PLACES), rng.choice(THINGS)
    stories = [
        f"Once upon a time there was a {color} {animal} named {name}. "
        f"{name} lived near the {place}. One day {name} found a {thing} by the path. "
        f"{name} took the {thing} to a friend, and they shared it. "
        "From then on, they were never lonely.",
        f"Once upon a time, in a quiet {place}, a {animal} named {name} lost a "
        f"{color} {thing}. {name} looked high and low. "
        f"At last {name} found the {thing} under a tree. "
        f"{name} smiled and went home to sleep.",
        f"There once was a little {animal} named {name} who loved the {place}. "
        f"Every morning {name} carried a {color} {thing} there. "
        f"One day it began to rain, and {name} shared the {thing} with a wet friend. "
        "They laughed until the sun came back.",
    ]
    text = rng.choice(stories)
    questions = [
        f"Tell me a story about a {animal}.",
        f"Tell me a short story about a {animal} named {name}.",
        f"Write a story about a {color} {animal}.",
        f"Tell me a story about a {animal} and a {thing}.",
        "Tell me a story.",
        "Tell me a short story.",
        "Once upon a time",
    ]
    return rng.choice(questions), text


def counting(rng: Random, _: World) -> Exchange:
    """Counting from 1 to at most 12."""
    last = rng.randint(2, 12)
    questions = [
        f"Count to {last}.",
        f"Count from 1 to {last}.",
        f"Please count to {NUMBERS[last]}.",
    ]
    numbers = ", ".join(str(n) for n in range(1, last + 1))
    return rng.choice(questions), numbers + "."


def repeating(rng: Random, _: World) -> Exchange:
    """One to four words to say again."""
    count = rng.randint(1, 4)
    choices = ANIMALS + COLORS + THINGS + PLACES
    words = " ".join(rng.choice(choices) for _ in range(count))
    questions = [f"Repeat after me: {words}", f"Say this: {words}", f"Repeat: {words}"]
    return rng.choice(questions), words


def ordering(rng: Random, _: World) -> Exchange:
    """Three animals to sort or to reverse."""
    task = rng.choice(["sort", "reverse"])
    animals = rng.sample(ANIMALS, 3)
    listed = ", ".join(animals)
    if task == "sort":
        return f"Sort these words: {listed}", ", ".join(sorted(animals))
    return f"Reverse this list: {listed}", ", ".join(reversed(animals))
