"""The shelf of quality frameworks: one data file each, read once, checked when read.

A file that is wrong says which file and which key: ``short-learning.toml: criteria.2.title: ...``.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opencairn.quality.rules import Criterion, DecisionRule, Framework, Grade

APPROACHES = ("regulatory", "advisory", "organic")
OBJECTS = ("provider", "programme", "module")
MARKS = ("pass", "partly", "fail", "unknown", "not-applicable")
HERE = Path(__file__).parent


class WrongFramework(ValueError):  # noqa: N818 - the name reads as a sentence
    """A framework file is wrong. The message names the file and the key."""


class Reader:
    """Reads values out of one parsed file, and knows where it is when one is wrong."""

    def __init__(self, file: str, data: Mapping[str, Any], at: str = "") -> None:
        self.file, self.data, self.at = file, data, at

    def wrong(self, key: str, why: str) -> WrongFramework:
        """Return the error for a key."""
        return WrongFramework(f"{self.file}: {self.at}{key}: {why}")

    def value(self, key: str, kind: type[Any], named: str) -> Any:
        """Return the value of a key that must be there and of this kind."""
        found = self.data.get(key)
        if not isinstance(found, kind) or found in ("", [], {}) or (kind is int and isinstance(found, bool)):
            raise self.wrong(key, f"must be {named}")
        return found

    def words(self, key: str, allowed: tuple[str, ...] = ()) -> str:
        """Return a non-empty string, one of the allowed ones where these are given."""
        found: str = self.value(key, str, "a string that is not empty")
        if allowed and found not in allowed:
            raise self.wrong(key, f"must be one of {', '.join(allowed)}")
        return found

    def text(self, key: str) -> Mapping[str, str]:
        """Return words by language, English among them."""
        found: dict[str, Any] = self.value(key, dict, "a table of language to words")
        if not all(isinstance(each, str) and each.strip() for each in found.values()) or "en" not in found:
            raise self.wrong(key, 'must have words for each language it names, and for "en"')
        return found

    def tables(self, key: str) -> list["Reader"]:
        """Return a reader for each table of a list of tables."""
        found = self.value(key, list, "a list that is not empty")
        if not all(isinstance(each, dict) for each in found):
            raise self.wrong(key, "must be a list of tables")
        return [Reader(self.file, each, f"{self.at}{key}.{place}.") for place, each in enumerate(found, start=1)]

    def texts(self, key: str) -> tuple[Mapping[str, str], ...]:
        """Return a list of words by language."""
        tables = self.tables(key)
        return tuple(Reader(self.file, {"": t.data}, t.at.removesuffix(".")).text("") for t in tables)

    def outcomes(self, key: str, scale: tuple[Grade, ...]) -> frozenset[str]:
        """Return a set of outcomes, each of them on the scale."""
        found = self.value(key, list, "a list that is not empty")
        strange = [each for each in found if each not in {grade.key for grade in scale}]
        if strange:
            raise self.wrong(key, f"{strange[0]!r} is not on the scale")
        return frozenset(found)


def _once(reader: Reader, key: str, keys: list[str]) -> None:
    twice = next((each for each in keys if keys.count(each) > 1), None)
    if twice:
        raise reader.wrong(key, f"{twice!r} stands there twice")


def _decision(reader: Reader, scale: tuple[Grade, ...]) -> DecisionRule:
    at_most = reader.data.get("at_most", {})
    if not isinstance(at_most, dict) or not all(isinstance(most, int) and most >= 0 for most in at_most.values()):
        raise reader.wrong("at_most", "must be a table of outcome to a number")
    if at_most:
        Reader(reader.file, {"at_most": list(at_most)}, reader.at).outcomes("at_most", scale)
    return DecisionRule(
        mandatory_may_be=reader.outcomes("mandatory_may_be", scale),
        others_may_be=reader.outcomes("others_may_be", scale),
        at_most=at_most,
    )


def _criterion(reader: Reader) -> Criterion:
    return Criterion(
        key=reader.words("key"),
        title=reader.text("title"),
        why=reader.text("why"),
        indicators=reader.texts("indicators"),
        documents=reader.texts("documents"),
        mandatory=reader.value("mandatory", bool, "true or false"),
    )


def read(words: str, *, file: str) -> Framework:
    """Read a framework from TOML. Raises WrongFramework with file and key."""
    try:
        data = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        raise WrongFramework(f"{file}: not TOML: {error}") from error
    reader = Reader(file, data)
    scale = tuple(
        Grade(key=each.words("key"), label=each.text("label"), mark=each.words("mark", MARKS))
        for each in reader.tables("scale")
    )
    criteria = tuple(_criterion(each) for each in reader.tables("criteria"))
    _once(reader, "scale", [grade.key for grade in scale])
    _once(reader, "criteria", [criterion.key for criterion in criteria])
    years = reader.value("validity_years", int, "a whole number of years")
    if not 1 <= years <= 20:
        raise reader.wrong("validity_years", "must be 1 to 20")
    decision = Reader(file, reader.value("decision", dict, "a table"), "decision.")
    return Framework(
        key=reader.words("key"),
        version=reader.words("version"),
        name=reader.text("name"),
        summary=reader.text("summary"),
        approach=reader.words("approach", APPROACHES),
        object=reader.words("object", OBJECTS),
        validity_years=years,
        scale=scale,
        decision=_decision(decision, scale),
        criteria=criteria,
    )


FILES = ("short-learning.toml",)
FRAMEWORKS: tuple[Framework, ...] = tuple(read((HERE / name).read_text(encoding="utf-8"), file=name) for name in FILES)


def framework(key: str) -> Framework:
    """Return the framework of this key. Raises KeyError where there is none."""
    for each in FRAMEWORKS:
        if each.key == key:
            return each
    raise KeyError(key)
