"""What a search asks of an index, alike for every engine: each word with its forms, endings and likely spellings.

An engine lends its list of filed words; what a word may mean is decided here and in ``rules``, so engines agree.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from opencairn.catalogue import rules

MOST_ENDINGS, MOST_GUESSED = 2000, 50
EXACT, STEM, OTHER = 3, 2, 1  # how much a hit counts, times the weight of the place it stands in


class Vocabulary(Protocol):
    """The filed words of an index."""

    def endings(self, beginning: str, most: int) -> list[str]:
        """Return filed words that begin so, in the order of the alphabet, at most so many."""

    def known(self, words: Collection[str]) -> set[str]:
        """Return those of the words that are filed."""


@dataclass(frozen=True)
class Asked:
    """One word of a search: as written, its other forms, and every filed word that answers it.

    ``is_guessed`` says that nobody filed it, and that others were taken for it.
    """

    word: str
    forms: frozenset[str]
    filed: list[str]
    is_guessed: bool = False

    def worth(self, filed: str) -> int:
        """How much a filed word counts: as written, as a form of it, or as its ending or likely spelling."""
        return EXACT if filed == self.word else STEM if filed in self.forms else OTHER


def spelled_out(query: str, vocabulary: Vocabulary) -> list[Asked]:
    """Look up once what each word of a search may stand for; a word nobody filed is guessed at."""
    return [_spelled_out(word, vocabulary) for word in rules.wanted(query)]


def guessed(asked: Iterable[Asked]) -> tuple[str, ...]:
    """Return the words of a search for which others were taken."""
    return tuple(one.word for one in asked if one.is_guessed)


def _spelled_out(word: rules.Wanted, vocabulary: Vocabulary) -> Asked:
    filed = vocabulary.known(word.forms)
    if word.is_beginning:
        filed |= set(vocabulary.endings(word.word, MOST_ENDINGS))
    if filed:
        return Asked(word.word, word.forms, sorted(filed))
    likely = _likely(word.word, vocabulary)
    return Asked(word.word, word.forms, sorted(likely), bool(likely))


def _likely(word: str, vocabulary: Vocabulary) -> set[str]:
    """What a word that nobody filed may stand for: the surest guess that finds anything, none for a short word."""
    if not word.isalpha():
        return set()
    if found := vocabulary.known(rules.bases(word)) or vocabulary.known(rules.near(word)):
        return found
    for spelt in (word, *sorted(rules.respelled(word))):
        for beginning in rules.beginnings(spelt):
            whole = vocabulary.known({beginning, f"-{beginning}"})
            if found := whole or {each for each in vocabulary.endings(beginning, MOST_GUESSED) if each.isalpha()}:
                return found
    return set()
