"""Reads values out of a parsed framework file, and says file, key and what to do where one is wrong."""

from collections.abc import Collection, Mapping
from typing import Any

from opencairn.kit.errors import Refused
from opencairn.quality.rules import Grade, Text


class WrongFramework(Refused, ValueError):  # noqa: N818 - the name reads as a sentence
    """A framework file is wrong. The message names the file, the key and what to do."""


class Reader:
    """Reads values out of one table of a file, and knows where it is when one is wrong.

    ``languages`` are those every text has to be in; a text that is one plain string is English.
    """

    def __init__(
        self, file: str, data: Mapping[str, Any], at: str = "", *, languages: tuple[str, ...] = ("en",)
    ) -> None:
        self.file, self.data, self.at, self.languages = file, data, at, languages

    def wrong(self, key: str, why: str) -> WrongFramework:
        """Return the error for a key."""
        return WrongFramework(f"{self.file}: {self.at}{key}: {why}")

    def only(self, *allowed: str) -> None:
        """Refuse keys that mean nothing here: most of them are slips of the pen."""
        strange = next((key for key in self.data if key not in allowed), None)
        if strange is not None:
            raise self.wrong(strange, f"means nothing here; these keys do: {', '.join(sorted(allowed))}")

    def value(self, key: str, kind: type[Any], named: str) -> Any:
        """Return the value of a key that must be there and of this kind."""
        found = self.data.get(key)
        if not isinstance(found, kind) or found in ("", [], {}) or (kind is int and isinstance(found, bool)):
            raise self.wrong(key, f"must be {named}")
        return found

    def number(self, key: str, lowest: int, highest: int, *, without: int | None = None) -> int:
        """Return a whole number within bounds, or ``without`` where the key is absent and that is given."""
        if without is not None and key not in self.data:
            return without
        found: int = self.value(key, int, f"a whole number from {lowest} to {highest}")
        if not lowest <= found <= highest:
            raise self.wrong(key, f"must be {lowest} to {highest}")
        return found

    def switch(self, key: str, *, without: bool | None = None) -> bool:
        """Return true or false."""
        if without is not None and key not in self.data:
            return without
        found: bool = self.value(key, bool, "true or false")
        return found

    def words(self, key: str, allowed: Collection[str] = (), *, without: str | None = None) -> str:
        """Return a non-empty string, one of the allowed ones where these are given."""
        if without is not None and key not in self.data:
            return without
        found: str = self.value(key, str, "a string that is not empty")
        if allowed and found not in allowed:
            raise self.wrong(key, f"must be one of {', '.join(allowed)}")
        return found

    def name(self, key: str, *, longest: int = 60) -> str:
        """Return a name that can stand in an address and in its column: letters of a to z, digits and hyphens."""
        found = self.words(key)
        plain = found.replace("-", "").replace("_", "")
        if len(found) > longest or not (plain.isascii() and plain.isalnum()):
            raise self.wrong(key, f"must be a name of letters a to z, digits and hyphens, at most {longest} of them")
        return found

    def listing(self, key: str, allowed: Collection[str] = ()) -> tuple[str, ...]:
        """Return a list of strings, which may be empty or absent; each one of the allowed where these are given."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
            raise self.wrong(key, "must be a list of strings")
        strange = next((each for each in found if allowed and each not in allowed), None)
        if strange is not None:
            raise self.wrong(key, f"{strange!r} is not one of {', '.join(allowed)}")
        return tuple(found)

    def text(self, key: str) -> Text:
        """Return words by language, in each language the file says it is in."""
        found = self.data.get(key)
        if isinstance(found, str):
            found = {"en": found}
        if not isinstance(found, dict) or not all(isinstance(each, str) and each.strip() for each in found.values()):
            raise self.wrong(key, "must be words, or a table of language to words")
        if missing := [each for each in self.languages if each not in found]:
            raise self.wrong(key, f'must have words for "{missing[0]}": the file says it is in that language')
        if strange := [each for each in found if each not in self.languages]:
            raise self.wrong(key, f'has words for "{strange[0]}": add that language to `languages`, or take them out')
        return found

    def table(self, key: str) -> "Reader":
        """Return a reader for a table that must be there."""
        found = self.value(key, dict, "a table")
        return Reader(self.file, found, f"{self.at}{key}.", languages=self.languages)

    def tables(self, key: str, *, needed: bool = True) -> list["Reader"]:
        """Return a reader for each table of a list of tables."""
        if not needed and key not in self.data:
            return []
        found = self.value(key, list, "a list that is not empty")
        if not all(isinstance(each, dict) for each in found):
            raise self.wrong(key, "must be a list of tables")
        return [
            Reader(self.file, each, f"{self.at}{key}.{place}.", languages=self.languages)
            for place, each in enumerate(found, start=1)
        ]

    def texts(self, key: str, *, needed: bool = True) -> tuple[Text, ...]:
        """Return a list of words by language."""
        if not needed and key not in self.data:
            return ()
        found = self.value(key, list, "a list that is not empty")
        numbered = {str(place): each for place, each in enumerate(found, start=1)}
        reader = Reader(self.file, numbered, f"{self.at}{key}.", languages=self.languages)
        return tuple(reader.text(place) for place in numbered)

    def outcome(self, key: str, scale: tuple[Grade, ...]) -> str:
        """Return an outcome of the scale."""
        found = self.words(key)
        if found not in {grade.key for grade in scale}:
            raise self.wrong(key, f"{found!r} is not on the scale")
        return found

    def outcomes(self, key: str, scale: tuple[Grade, ...]) -> frozenset[str]:
        """Return a set of outcomes, each of them on the scale."""
        found = self.value(key, list, "a list that is not empty")
        strange = [each for each in found if each not in {grade.key for grade in scale}]
        if strange:
            raise self.wrong(key, f"{strange[0]!r} is not on the scale")
        return frozenset(found)
