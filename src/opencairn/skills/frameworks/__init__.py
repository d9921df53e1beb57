"""Qualification frameworks: one data file each, read once, checked when read.

A file that is wrong says which file and which key. Rows that we could not be sure of have no ``eqf``; ``checked`` stays
false until a person has compared every row with the report that the file names.
"""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from opencairn.skills.rules import Level, QualificationFramework

RELATIONS = ("referenced", "compared", "none")
HERE = Path(__file__).parent


class WrongFramework(ValueError):  # noqa: N818 - the name reads as a sentence
    """A framework file is wrong. The message names the file and the key."""


def read(words: str, *, file: str) -> QualificationFramework:
    """Read a framework from TOML. Raises WrongFramework with file and key."""
    try:
        data = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        raise WrongFramework(f"{file}: not TOML: {error}") from error
    texts = {key: _text(data, key, file) for key in ("key", "country", "name", "short", "authority", "relation")}
    if texts["relation"] not in RELATIONS:
        raise WrongFramework(f"{file}: relation: must be one of {', '.join(RELATIONS)}")
    levels = tuple(_level(each, file, place) for place, each in enumerate(data.get("levels", []), start=1))
    report, year, checked = data.get("report", ""), data.get("year"), data.get("checked")
    if not levels or len({level.label for level in levels}) != len(levels):
        raise WrongFramework(f"{file}: levels: there must be some, each with a label of its own")
    if not isinstance(checked, bool):
        raise WrongFramework(f"{file}: checked: must be true or false")
    if any(level.eqf for level in levels) and not (report and isinstance(year, int)):
        raise WrongFramework(f"{file}: report: levels of the EQF need the report they come from, and its year")
    return QualificationFramework(
        **texts, report=report, year=year, checked=checked, levels=levels, uri=data.get("uri", ""),
        note=data.get("note", {}),
    )  # fmt: skip


def _text(data: Mapping[str, Any], key: str, file: str) -> str:
    found = data.get(key)
    if not isinstance(found, str) or not found.strip():
        raise WrongFramework(f"{file}: {key}: must be a string that is not empty")
    return found


def _level(data: Mapping[str, Any], file: str, place: int) -> Level:
    eqf = data.get("eqf")
    if eqf is not None and (not isinstance(eqf, int) or not 1 <= eqf <= 8):
        raise WrongFramework(f"{file}: levels.{place}.eqf: must be 1 to 8, or left out")
    return Level(_text(data, "label", file), eqf, data.get("uri", ""))


FILES = (
    "at-nqr.toml", "au-aqf.toml", "ch-nqf-hs.toml", "ch-nqr-bb.toml", "cz-nsk.toml", "de-dqr.toml",
    "dk-nqf.toml", "ee-ekr.toml", "es-meces.toml", "es-mecu.toml", "fi-finqf.toml", "fr-1969.toml",
    "fr-cnc.toml", "gb-cqfw.toml", "gb-rqf.toml", "gb-scqf.toml", "ie-nfq.toml", "it-qnq.toml",
    "lv-lki.toml", "nl-nlqf.toml", "no-nkr.toml", "nz-nzqcf.toml", "pl-prk.toml", "pt-qnq.toml",
    "se-seqf.toml", "sk-skkr.toml",
)  # fmt: skip
FRAMEWORKS: tuple[QualificationFramework, ...] = tuple(
    read((HERE / name).read_text(encoding="utf-8"), file=name) for name in FILES
)


def levels_named(label: str, countries: Collection[str] = ()) -> list[tuple[QualificationFramework, Level]]:
    """Return the levels that are cited by these words, such as "DQR 6".

    Where frameworks share a name, such as the Italian and the Portuguese QNQ, those of the ``countries`` are meant.
    More than one is returned where there are none of these.
    """
    found = [(each, level) for each in FRAMEWORKS if (level := each.level(label)) is not None]
    return [one for one in found if one[0].country in countries] or found


def framework(key: str) -> QualificationFramework:
    """Return the framework of this key. Raises KeyError where there is none."""
    for each in FRAMEWORKS:
        if each.key == key:
            return each
    raise KeyError(key)
