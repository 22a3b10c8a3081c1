"""Learns the tokenizer's merges: the commonest pair of neighbours becomes one token."""

from collections import Counter, defaultdict
from typing import Iterable

from tokenizer import (
    BYTE_OF_CHARACTER,
    SPECIAL_TOKENS,
    Merge,
    join_pair,
    split_special,
    split_words,
)

RAREST_PAIR = 3
"""A pair seen less often than this is not worth a token."""


def learn_merges(texts: Iterable[str], vocabulary_size: int) -> list[Merge]:
    """Merges for a vocabulary of at most VOCABULARY_SIZE, special tokens included."""
    pairs = _PairCounts(_count_words(texts))
    wanted = vocabulary_size - len(BYTE_OF_CHARACTER) - len(SPECIAL_TOKENS)
    merges: list[Merge] = []
    while len(merges) < wanted:
        pair = pairs.commonest()
        if pair is None:
            break
        merges.append(pair)
        pairs.join(pair)
    return merges


def _count_words(texts: Iterable[str]) -> Counter[str]:
    words: Counter[str] = Counter()
    for text in texts:
        for part in split_special(text):
            if part not in SPECIAL_TOKENS:
                words.update(split_words(part))
    return words


class _PairCounts:
    """How often each pair of neighbours stands in the words, kept up to date."""

    def __init__(self, words: Counter[str]):
        self._symbols = [list(word) for word in words]
        self._counts = list(words.values())
        self._pairs: Counter[Merge] = Counter()
        self._words_with: defaultdict[Merge, set[int]] = defaultdict(set)
        for word in range(len(self._symbols)):
            self._add(word)

    def commonest(self) -> Merge | None:
        """The commonest pair (of equals, the last in order), if it is common enough."""
        pair = max(self._pairs, key=lambda p: (self._pairs[p], p), default=None)
        return pair if pair and self._pairs[pair] >= RAREST_PAIR else None

    def join(self, pair: Merge) -> None:
        """Makes PAIR one symbol in every word that has it."""
        for word in self._words_with.pop(pair):
            self._remove(word)
            self._symbols[word] = join_pair(self._symbols[word], pair)
            self._add(word)
        del self._pairs[pair]

    def _neighbours(self, word: int) -> Iterable[Merge]:
        symbols = self._symbols[word]
        return zip(symbols, symbols[1:])

    def _add(self, word: int) -> None:
        for pair in self._neighbours(word):
            self._pairs[pair] += self._counts[word]
            self._words_with[pair].add(word)

    def _remove(self, word: int) -> None:
        for pair in self._neighbours(word):
            self._pairs[pair] -= self._counts[word]
