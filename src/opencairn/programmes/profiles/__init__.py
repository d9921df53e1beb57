"""The shelf of completeness profiles: one TOML file each, listed in a visible tuple."""

import tomllib
from importlib.resources import files
from typing import Any

from opencairn.programmes.rules import Element, Profile

FILES = ("eu-annex-i", "australia")


def read(text: str, *, key: str) -> Profile:
    """Make a profile from the text of its file. Raises ValueError, KeyError or TypeError for a file that is not one."""
    data = tomllib.loads(text)
    elements = tuple(_element(raw) for raw in data["element"])
    if len({element.key for element in elements}) != len(elements):
        raise ValueError(f"profile {key}: an element stands twice")
    return Profile(key=key, name=data["name"], source=data["source"], gate=data["gate"], elements=elements)


def _element(raw: dict[str, Any]) -> Element:
    lists: dict[str, Any] = {name: tuple(raw.pop(name, ())) for name in ("all_of", "any_of")}
    element = Element(**(raw | lists))
    if element.belongs_to not in ("programme", "credential") or not (element.all_of or element.any_of):
        raise ValueError(f"element {element.key}: say whose it is, and which fields fill it")
    return element


PROFILES: tuple[Profile, ...] = tuple(
    read((files(__name__) / f"{key}.toml").read_text(encoding="utf-8"), key=key) for key in FILES
)
EU: Profile = PROFILES[0]


def profile(key: str) -> Profile:
    """Return the profile of this key. Raises KeyError where there is none."""
    for one in PROFILES:
        if one.key == key:
            return one
    raise KeyError(key)
