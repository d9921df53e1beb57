"""The shelf of completeness profiles: one TOML file each, those that come with the site and those of its operator."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from opencairn.programmes.rules import Profile

from .reading import WrongProfile, read

__all__ = ["EU", "FILES", "PROFILES", "WrongProfile", "on_the_shelf", "profile", "read", "required", "words_of"]

HERE = Path(__file__).parent
FILES = ("eu-annex-i", "unesco", "australia", "nzqa", "ontario", "ireland")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

PROFILES: tuple[Profile, ...] = tuple(
    read((HERE / f"{key}.toml").read_text(encoding="utf-8"), key=key) for key in FILES
)
EU: Profile = PROFILES[0]  # the gate of the word "micro-credential", whatever else a site asks


@cache
def _of(folder: Path) -> tuple[Profile, ...]:
    """The operator's own profiles, by the names of their files. Raises WrongProfile."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        if file.stem in FILES:
            raise WrongProfile(f"{file.name}: a profile of this name comes with OpenCairn; give the file another name")
        if not KEY.fullmatch(file.stem):
            raise WrongProfile(f"{file.name}: name the file in small letters, digits and hyphens, such as my-list.toml")
        try:
            words = file.read_text(encoding="utf-8")
        except OSError as error:
            raise WrongProfile(f"OPENCAIRN_PROFILES: {file} cannot be read: {error.strerror}; take it away") from error
        except UnicodeDecodeError as error:
            raise WrongProfile(f"{file.name}: not UTF-8: save the file in that encoding") from error
        found.append(read(words, key=file.stem))
    return tuple(found)


def on_the_shelf() -> tuple[Profile, ...]:
    """Every profile: the European one first, the others that come with the site, then the operator's."""
    return PROFILES + _of(settings.PROFILES_FOLDER)


def profile(key: str) -> Profile:
    """Return the profile of this key. Raises KeyError where there is none."""
    for one in on_the_shelf():
        if one.key == key:
            return one
    raise KeyError(key)


def required() -> tuple[Profile, ...]:
    """The profiles that the catalogue of this site asks of everything published in it. Raises WrongProfile."""
    try:
        return tuple(profile(key) for key in settings.CATALOGUE_PROFILES)
    except KeyError as error:
        known = ", ".join(one.key for one in on_the_shelf())
        raise WrongProfile(f"OPENCAIRN_CATALOGUE_PROFILES: no profile is called {error}; there are {known}") from error


def words_of(key: str) -> str:
    """The file of a profile as it was written, to be kept by others. Raises KeyError where there is none."""
    folder = HERE if profile(key) in PROFILES else settings.PROFILES_FOLDER
    return (folder / f"{key}.toml").read_text(encoding="utf-8")


required()  # a wrong file or name of the operator stops the start, not the first visitor
