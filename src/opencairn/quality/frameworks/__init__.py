"""The shelf of quality frameworks: one data file for each version, read once, checked when read.

A file that is wrong says which file and which key: ``short-learning.toml: criteria.2.title: ...``. Beside the files
here the operator may have a folder of their own. A version that was superseded stays on the shelf: decisions taken
under it, and reviews begun under it, keep it.
"""

from functools import cache
from pathlib import Path

from django.conf import settings

from opencairn.quality.rules import Framework

from .reader import WrongFramework
from .reading import read

__all__ = ["FRAMEWORKS", "HERE", "WrongFramework", "framework", "in_force", "on_the_shelf", "read", "shelf"]

HERE = Path(__file__).parent


def shelf(*folders: Path) -> tuple[Framework, ...]:
    """Read every framework file of these folders, by name. Raises WrongFramework."""
    files = [file for folder in folders for file in sorted(folder.glob("*.toml"))]
    found: dict[tuple[str, str], str] = {}
    frameworks = []
    for file in files:
        try:
            words = file.read_text(encoding="utf-8")
        except OSError as error:
            why = f"OPENCAIRN_FRAMEWORKS: {file} cannot be read: {error.strerror}; take it away"
            raise WrongFramework(why) from error
        except UnicodeDecodeError:
            raise WrongFramework(f"{file.name}: not UTF-8; save it in that encoding") from None
        one = read(words, file=file.name)
        if first := found.get((one.key, one.version)):
            raise WrongFramework(
                f"{file.name}: version: {one.key} {one.version} stands in {first} already; give this one another"
            )
        found[one.key, one.version] = file.name
        frameworks.append(one)
    _one_in_force(frameworks, found)
    return tuple(frameworks)


def _one_in_force(frameworks: list[Framework], files: dict[tuple[str, str], str]) -> None:
    """Of each key exactly one version is in force: the one that no other supersedes."""
    for key in {each.key for each in frameworks}:
        versions = [each for each in frameworks if each.key == key]
        old = {version for each in versions for version in each.supersedes}
        newest = [each for each in versions if each.version not in old]
        if len(newest) != 1:
            named = " and ".join(sorted(files[each.key, each.version] for each in newest or versions))
            raise WrongFramework(
                f"{named}: supersedes: one version of {key} must be in force; let the newest name the others"
            )


FRAMEWORKS: tuple[Framework, ...] = shelf(HERE)


@cache
def _with(folder: Path) -> tuple[Framework, ...]:
    return shelf(HERE, folder)


def on_the_shelf() -> tuple[Framework, ...]:
    """Return every version of every framework: those shipped, and those of the operator's folder."""
    return _with(settings.FRAMEWORKS_FOLDER)


def in_force() -> tuple[Framework, ...]:
    """Return the version in force of each framework."""
    there = on_the_shelf()
    old = {(each.key, version) for each in there for version in each.supersedes}
    return tuple(each for each in there if (each.key, each.version) not in old)


def framework(key: str, version: str = "") -> Framework:
    """Return a framework in this version, or in the one in force. Raises KeyError where there is none."""
    for each in on_the_shelf() if version else in_force():
        if each.key == key and version in ("", each.version):
            return each
    raise KeyError(f"{key} {version}: no such framework on the shelf; put its file back")


on_the_shelf()  # a wrong file of the operator stops the start, not the first visitor
