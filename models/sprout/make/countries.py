"""The countries of the world and their capitals, read from KGeography's world map."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

WORLD_MAP = Path("/usr/share/kgeography/world.kgm")
"""Where Debian's package kgeography-data puts the map."""

LEFT_OUT = frozenset(
    {
        "Africa",
        "Antarctica",
        "Asia",
        "Europe",
        "French Guiana",
        "Greenland (Denmark)",
        "Israel",
        "North America",
        "Oceania",
        "Republic of China (Taiwan)",
        "South America",
        "Western Sahara",
    }
)
"""Continents, territories, and places on whose status or capital sources differ."""

COUNTRY_NAMES = {
    "Central African Republic": "the Central African Republic",
    "Democratic People's Republic of Korea": "North Korea",
    "Democratic Republic of the Congo": "the Democratic Republic of the Congo",
    "Netherlands": "the Netherlands",
    "Philippines": "the Philippines",
    "Republic of Korea": "South Korea",
    "Republic of the Congo": "the Republic of the Congo",
    "The Bahamas": "the Bahamas",
    "The Dominican Republic": "the Dominican Republic",
    "The Gambia": "the Gambia",
    "The United States of America": "the United States",
    "United Arab Emirates": "the United Arab Emirates",
    "United Kingdom": "the United Kingdom",
}
"""Names on the map that read badly in "the capital of ..."."""

CAPITAL_NAMES = {
    "Abu Dhabi City": "Abu Dhabi",
    "Brasilia": "Brasília",
    "Colombo and Sri Jayewardenepura": "Sri Jayawardenepura Kotte",
    "Monaco-Ville": "Monaco",
    "Pretoria, Bloemfontein and Cape Town": "Pretoria",
    "Pyeongyang": "Pyongyang",
    "Washington D.C.": "Washington, D.C.",
}
"""Capitals that the map spells unusually, or of which it names several."""


@dataclass(frozen=True)
class World:
    """Capitals by country, in the map's order; the order decides what a seed draws."""

    capitals: dict[str, str]

    @cached_property
    def countries(self) -> list[str]:
        """Every country, in the map's order."""
        return list(self.capitals)

    @cached_property
    def cities(self) -> list[str]:
        """Every capital once, sorted."""
        return sorted(set(self.capitals.values()))


def read_world(map_file: Path = WORLD_MAP) -> World:
    """Reads MAP_FILE (KGeography's XML) and puts right the names that need it."""
    capitals = {
        country: capital
        for country, capital in _divisions_with_capital(map_file)
        if country not in LEFT_OUT
    }
    return World(
        {
            COUNTRY_NAMES.get(country, country): CAPITAL_NAMES.get(capital, capital)
            for country, capital in capitals.items()
        }
    )


def _divisions_with_capital(map_file: Path) -> list[tuple[str, str]]:
    divisions = ElementTree.parse(map_file).getroot().iter("division")
    fields = [{f.tag: (f.text or "").strip() for f in d} for d in divisions]
    return [(f["name"], f["capital"]) for f in fields if f.get("capital")]
