"""How often each kind of text is drawn: one mixture for each training stage."""

from typing import NamedTuple


class Mixture(NamedTuple):
    """Percent of each kind of text (they add up to 100), and how many answers think."""

    percent: dict[str, int]
    thinking: float


MIXTURES = {
    # A bit of everything, mostly capitals: the model learns the language and the map.
    "base": Mixture(
        {
            "passage": 5,
            "capitals": 5,
            "capital": 32,
            "country": 4,
            "sum": 10,
            "fact": 8,
            "story": 6,
            "count": 3,
            "repeat": 3,
            "order": 2,
            "memory": 8,
            "tool": 10,
            "json": 4,
        },
        thinking=0.5,
    ),
    # More of what is hard to learn: sums, repeating, ordering.
    "drill": Mixture(
        {
            "base": 6,
            "capital": 18,
            "country": 4,
            "sum": 20,
            "fact": 10,
            "story": 4,
            "count": 5,
            "repeat": 8,
            "order": 4,
            "memory": 8,
            "tool": 6,
            "json": 7,
        },
        thinking=0.35,
    ),
    # Three times as many tool calls, so that the city in a call is the one asked for.
    "tools": Mixture(
        {
            "base": 6,
            "capital": 18,
            "country": 4,
            "sum": 12,
            "fact": 8,
            "story": 4,
            "count": 4,
            "repeat": 5,
            "order": 5,
            "memory": 8,
            "tool": 20,
            "json": 6,
        },
        thinking=0.35,
    ),
}
