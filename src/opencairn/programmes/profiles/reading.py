"""Reads a completeness profile from its file, and says in plain words what is wrong with one."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opencairn.kit.errors import Refused
from opencairn.programmes.facts import EVERY
from opencairn.programmes.letters import as_seen
from opencairn.programmes.questions import QUESTIONS
from opencairn.programmes.rules import LANGUAGE_TAG, Element, Profile, Size
from opencairn.programmes.vocabulary import is_language
from opencairn.skills.frameworks import framework
from opencairn.skills.rules import CREDIT_SYSTEMS

PAGES = frozenset(each.key for each in QUESTIONS) | {"dates", "assurance", ""}
UNITS = frozenset({"weeks", *(each.key for each in CREDIT_SYSTEMS if each.hours)})
KEYS = frozenset({
    "key", "name", "question", "all_of", "any_of", "belongs_to", "mandatory", "page", "unless", "must_be", "size",
    "forbidden_words", "framework",
})  # fmt: skip
# Delivery, assessment and duration are what trade unions ask to be stated before a micro-credential can be trusted
# (D9: ETUC and ETUCE, as the OECD reports them): no profile may leave one of them out.
ALWAYS = {
    "delivery": {"participation"},
    "assessment": {"assessment", "assessment_types"},
    "duration": {"ects", "hours", "weeks"},
}


class WrongProfile(Refused, ValueError):  # noqa: N818 - the name reads as a sentence
    """A profile file is wrong. The message names the file, the element and the key."""


def read(words: str, *, key: str) -> Profile:
    """Make a profile from the text of the file ``key.toml``. Raises WrongProfile."""
    where = f"{key}.toml"
    try:
        data = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        raise WrongProfile(f"{where}: not TOML: {error}") from error
    _only(data, {"source", "name", "element"}, where)
    source, rows = data.get("source"), data.get("element")
    if not isinstance(source, str) or not source.strip():
        raise WrongProfile(f"{where}: source: say where the list is written down")
    if not isinstance(rows, list) or not rows:
        raise WrongProfile(f"{where}: element: there must be at least one [[element]]")
    elements = tuple(_element(raw, f"{where}: element {at}") for at, raw in enumerate(rows, start=1))
    _whole(elements, where)
    return Profile(key=key, name=_text(data.get("name"), f"{where}: name"), source=source, elements=elements)


def _whole(elements: tuple[Element, ...], where: str) -> None:
    keys = [element.key for element in elements]
    if twice := next((key for key in keys if keys.count(key) > 1), ""):
        raise WrongProfile(f"{where}: element {twice}: stands twice; give each a key of its own")
    asked = {name for each in elements if each.mandatory and not each.unless for name in each.all_of + each.any_of}
    for meaning, names in ALWAYS.items():
        if not names & asked:
            raise WrongProfile(
                f"{where}: {meaning} must be mandatory: let one element ask for {' or '.join(sorted(names))}"
            )


def _element(raw: Any, where: str) -> Element:
    if not isinstance(raw, dict) or not isinstance(raw.get("key"), str) or not raw["key"].strip():
        raise WrongProfile(f"{where}: key: give the element a word of its own")
    where = f"{where.rpartition(' ')[0]} {raw['key']}"
    _only(raw, KEYS, where)
    all_of, any_of = (_names(raw.get(name, []), f"{where}: {name}") for name in ("all_of", "any_of"))
    if not (all_of or any_of):
        raise WrongProfile(f"{where}: all_of: name the facts that fill it, here or in any_of")
    belongs_to, mandatory, page = raw.get("belongs_to", "programme"), raw.get("mandatory", True), raw.get("page", "")
    if belongs_to not in ("programme", "credential"):
        raise WrongProfile(f'{where}: belongs_to: must be "programme" or "credential"')
    if not isinstance(mandatory, bool):
        raise WrongProfile(f"{where}: mandatory: must be true or false")
    if page not in PAGES or (not page and belongs_to == "programme"):
        raise WrongProfile(f"{where}: page: must be one of {', '.join(sorted(PAGES - {''}))}")
    named, levels = _framework(raw.get("framework", ""), where)
    return Element(
        key=raw["key"], name=_text(raw.get("name"), f"{where}: name"), all_of=all_of, any_of=any_of, page=page,
        question=_text(raw.get("question"), f"{where}: question"), belongs_to=belongs_to, mandatory=mandatory,
        unless=_codes(raw.get("unless", {}), f"{where}: unless"), size=_size(raw.get("size"), f"{where}: size"),
        must_be=_codes(raw.get("must_be", {}), f"{where}: must_be"), framework=named, levels=levels,
        forbidden_words=_forbidden(raw.get("forbidden_words", {}), f"{where}: forbidden_words"),
    )  # fmt: skip


def _only(data: Mapping[str, Any], known: set[str] | frozenset[str], where: str) -> None:
    if strange := sorted(set(data) - known):
        raise WrongProfile(f"{where}: {strange[0]}: we do not know this key; known are {', '.join(sorted(known))}")


def _text(found: Any, where: str) -> dict[str, str]:
    fits = isinstance(found, dict) and found and all(isinstance(one, str) and one.strip() for one in found.values())
    if not fits:
        raise WrongProfile(f'{where}: must be words by language, such as {{ en = "Title" }}')
    return dict(found)


def _names(found: Any, where: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise WrongProfile(f'{where}: must be a list of facts, such as ["title"]')
    if strange := [name for name in found if name not in EVERY]:
        raise WrongProfile(f"{where}: a description has no fact called {strange[0]}; see the reference of profiles")
    return tuple(found)


def _lists(found: Any, where: str) -> dict[str, tuple[str, ...]]:
    fits = isinstance(found, dict) and all(
        isinstance(words, list) and all(isinstance(word, str) and word.strip() for word in words)
        for words in found.values()
    )
    if not fits:
        raise WrongProfile(f'{where}: must be lists of words, such as {{ en = ["degree"] }}')
    return {name: tuple(words) for name, words in found.items()}


def _forbidden(found: Any, where: str) -> dict[str, tuple[str, ...]]:
    lists = _lists(found, where)
    if strange := next((tag for tag in lists if not (LANGUAGE_TAG.fullmatch(tag) and is_language(tag))), ""):
        raise WrongProfile(f"{where}: {strange} is no language; use a code such as en")
    if empty := next((word for words in lists.values() for word in words if not as_seen(word)), ""):
        raise WrongProfile(f"{where}: {empty!a} has no letter; write a word, or take it out")
    return lists


def _codes(found: Any, where: str) -> dict[str, tuple[str, ...]]:
    lists = _lists(found, where)
    _names(list(lists), where)
    return lists


def _size(found: Any, where: str) -> Size | None:
    if found is None:
        return None
    bounds = (
        {name: found[name] for name in ("least", "most", "below") if name in found} if isinstance(found, dict) else {}
    )
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) and one >= 0 for one in bounds.values())
    if not bounds or not numbers or found.get("of") not in UNITS or set(found) - {"of", *bounds}:
        raise WrongProfile(
            f"{where}: must name a unit ({', '.join(sorted(UNITS))}) and bounds, "
            'such as { of = "nz", least = 1, most = 40 }'
        )
    size = Size(found["of"], **{name: Decimal(str(one)) for name, one in bounds.items()})
    least = size.least or Decimal(0)
    if (size.most is not None and least > size.most) or (size.below is not None and least >= size.below):
        raise WrongProfile(f"{where}: least has to lie below most and below; nothing else would fit")
    return size


def _framework(found: Any, where: str) -> tuple[str, tuple[str, ...]]:
    if found == "":
        return "", ()
    try:
        named = framework(found)
    except KeyError as error:
        raise WrongProfile(f"{where}: framework: we know none called {found}; use a key such as ie-nfq") from error
    return named.short, tuple(level.label for level in named.levels)
