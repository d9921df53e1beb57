"""The shape of every filter, and the two kinds most of them are: a closed list of words, and a list that is open."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

NOT_STATED = "not-stated"
UNSTATED: Mapping[str, Any] = {NOT_STATED: __("Not stated")}


class Described(NamedTuple):
    """What of one public programme is filtered and ordered by; the model ``Entry`` says more of it."""

    programme_id: UUID
    kind: str
    title_key: str
    provider_slug: str
    eqf_level: int | None
    level_applies: bool
    ects: Decimal | None
    work: int | None
    participation: str
    languages: str
    field_code: str
    country: str
    quality_assurance: str
    price: Decimal | None
    currency: str
    next_start: date | None
    lapses_on: date | None
    starts_any_day: bool
    hours: int | None
    days: int | None
    starts: list[str]
    national_levels: list[str]
    offering_type: str
    region: str
    skills: list[str]
    has_price_support: bool
    is_stackable: bool
    programme_changed_at: datetime


class Filter(Protocol):
    """What page, API, feed and docs know of a filter. ``name`` is its name in addresses, ``title`` its heading."""

    @property
    def name(self) -> str:
        """Its name in addresses."""

    @property
    def title(self) -> Any:
        """Its heading on the page."""

    @property
    def note(self) -> Any:
        """What has to be known to choose well, in a sentence above the choices; "" for most."""

    def codes(self, entry: Described) -> Sequence[str]:
        """The codes of one programme; never empty."""

    def said(self, code: str) -> str:
        """The code in the reader's words."""

    def names(self, codes: Collection[str]) -> Mapping[str, str]:
        """Many codes in the reader's words."""

    def known(self, codes: Collection[str]) -> set[str]:
        """Those of the codes that mean something, whether or not any programme carries them."""

    def order(self, code: str, count: int) -> tuple[object, ...]:
        """Where the code stands in the list of choices: smallest first, those alike by their words."""


def listed(codes: Sequence[str], code: str) -> tuple[object, ...]:
    """Return a place in the order of a list, after it for what is not in it."""
    return (codes.index(code) if code in codes else len(codes), code)


@dataclass(frozen=True)
class Worded:
    """A filter with a closed list: its codes with their words, in the order they are shown."""

    name: str
    title: Any
    words: Mapping[str, Any]
    read: Callable[[Described], str]
    note: Any = ""

    def codes(self, entry: Described) -> Sequence[str]:
        """What ``read`` says, else that nothing is stated."""
        return (self.read(entry) or NOT_STATED,)

    def said(self, code: str) -> str:
        """The words of the list; an unknown code is shown as it is."""
        return str(self.words.get(code, code))

    def names(self, codes: Collection[str]) -> Mapping[str, str]:
        """The words of the list."""
        return {code: self.said(code) for code in codes}

    def known(self, codes: Collection[str]) -> set[str]:
        """Those that stand in the list."""
        return set(codes) & self.words.keys()

    def order(self, code: str, count: int) -> tuple[object, ...]:
        """The order of the list."""
        return listed(list(self.words), code)


@dataclass(frozen=True)
class Open:
    """A filter whose codes come from the programmes: the most frequent first, unless ``place`` says otherwise."""

    name: str
    title: Any
    read: Callable[[Described], Sequence[str]]
    word: Callable[[str], str]
    shape: Callable[[str], bool]
    place: Callable[[str, int], tuple[object, ...]] = lambda _code, count: (-count,)
    note: Any = ""

    def codes(self, entry: Described) -> Sequence[str]:
        """What ``read`` says, else that nothing is stated."""
        return tuple(self.read(entry)) or (NOT_STATED,)

    def said(self, code: str) -> str:
        """What ``word`` makes of the code."""
        return _("Not stated") if code == NOT_STATED else self.word(code)

    def names(self, codes: Collection[str]) -> Mapping[str, str]:
        """What ``word`` makes of the codes."""
        return {code: self.said(code) for code in codes}

    def known(self, codes: Collection[str]) -> set[str]:
        """Those of the right shape."""
        return {code for code in codes if code == NOT_STATED or self.shape(code)}

    def order(self, code: str, count: int) -> tuple[object, ...]:
        """What is not stated comes last."""
        return (code == NOT_STATED, *self.place(code, count))
