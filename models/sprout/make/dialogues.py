"""Dialogues of several turns whose last answer needs an earlier turn."""

from random import Random

from countries import World
from exchanges import Exchange, capital_of_country, fact, small_sum
from words import ANIMALS, COLORS, NAMES


def memory(rng: Random, world: World) -> list[Exchange]:
    """The name of the user (twice as often) or the user's favourite animal."""
    return rng.choice([name, name, favourite_animal])(rng, world)


def name(rng: Random, world: World) -> list[Exchange]:
    """The user says a name, changes the subject, and asks for the name."""
    who = rng.choice(NAMES)
    # An animal was drawn here when the model was made; without it seeds mean others.
    rng.choice(ANIMALS)
    introductions = [
        f"My name is {who}.",
        f"Hi, I am {who}.",
        f"Hello, my name is {who}.",
    ]
    opening = (rng.choice(introductions), f"Nice to meet you, {who}!")
    between = _change_of_subject(rng, world, at_most=2)
    questions = ["What is my name?", "What's my name?", "Do you remember my name?"]
    return [opening, *between, (rng.choice(questions), f"Your name is {who}.")]


def favourite_animal(rng: Random, world: World) -> list[Exchange]:
    """The user names a favourite animal, changes the subject, and asks for it."""
    # A colour was drawn here when the model was made; without it seeds mean others.
    rng.choice(COLORS)
    animal = rng.choice(ANIMALS)
    opening = (
        f"My favourite animal is the {animal}.",
        f"The {animal} is a lovely animal.",
    )
    between = _change_of_subject(rng, world, at_most=1)
    closing = (
        "What is my favourite animal?",
        f"Your favourite animal is the {animal}.",
    )
    return [opening, *between, closing]


def _change_of_subject(rng: Random, world: World, at_most: int) -> list[Exchange]:
    makers = [fact, small_sum, capital_of_country]
    count = rng.randint(0, at_most)
    return [rng.choice(makers)(rng, world) for _ in range(count)]
