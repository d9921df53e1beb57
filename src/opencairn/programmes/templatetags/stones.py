"""Template tags that draw: ``{% stone version %}``, ``{% cairn versions %}``, ``{% ruler version %}``."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from opencairn.programmes import queries, stones
from opencairn.programmes.models import ProgrammeVersion

register = template.Library()


def _stone(thing: ProgrammeVersion | stones.Stone, *, earned: bool = True) -> stones.Stone:
    return thing if isinstance(thing, stones.Stone) else queries.stone_of(thing, earned=earned)


def _drawing(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - drawn from numbers and codes; its one text, the label, is escaped in stones


@register.simple_tag
def stone(version: ProgrammeVersion | stones.Stone, *, label: bool = False, earned: bool = True) -> SafeString:
    """One stone on its plate; ``label=True`` where it stands alone and has to be read aloud."""
    one = _stone(version, earned=earned)
    return _drawing(stones.draw(one, label=stones.describe(one) if label else ""))


@register.simple_tag
def cairn(things: Iterable[ProgrammeVersion | stones.Stone], *, label: str = "", frame: float = 0) -> SafeString:
    """Several stones, stacked into one picture."""
    return _drawing(stones.cairn([_stone(one) for one in things], label=label, frame=frame))


@register.simple_tag
def ruler(version: ProgrammeVersion | stones.Stone) -> SafeString:
    """The scale under a plate, with this stone's workload marked where it is one of the ticks."""
    return _drawing(stones.ruler(_stone(version).ects))


@register.simple_tag
def stone_words(version: ProgrammeVersion | stones.Stone) -> str:
    """The stone in words, for a caption."""
    return stones.describe(_stone(version))
