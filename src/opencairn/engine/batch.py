"""Many credentials of one kind, signed with eddsa-rdfc-2022: what they share is worked out once.

Attainments that differ only in words, days and numbers share a *plan*. Which of their fields end up where is found out
by writing one whose fields hold marks. A field whose mark is not found again among the words of the document becomes
part of what tells plans apart, as does everything that decides about the structure. The second attainment of a kind
makes its plan; the document it makes must equal that of the general way, or the plan is not used.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from opencairn.kit.dates import iso

from .base58 import base58_encode
from .canonical.plan import Plan, Unplanned
from .canonical.quickly import canonical_bytes
from .canonical.template import changed_slots, form, slot, slots_in
from .formats import open_badge_3
from .formats.open_badge_3 import hashed_email
from .keys import SigningKey
from .model import Achievement, Attainment, Issuer, Learner
from .objections import Objection
from .proofs import eddsa_rdfc_2022
from .proofs.data_integrity import options_of

MOST_PLANS = 256  # structures
_MOST_ALIKE = 16  # plans of one structure, which differ in what no plan leaves open
_SHARED = (Achievement, Issuer)  # stated alike by many; told apart as a whole
_MOST_SHARED = 64
_LOT = 32
_YEAR, _NUMBER = 3000, 900_000_000  # where the marks of days and numbers begin; the number of the field is added

#: Fields that may differ within a plan, beside words, and how they are spelled.
_SPELLED: dict[Any, Callable[[Any], str]] = {
    datetime: iso,
    date: lru_cache(maxsize=1024)(date.isoformat),
    int: str,
}


def issue_many(attainments: Iterable[Attainment], key: SigningKey, *, created: datetime) -> Iterator[bytes]:
    """Yield each attainment as a signed Open Badge 3.0 in JSON, as ``open_badge_3.write`` and ``sign`` make it."""
    return Batch(key, created=created).issue_all(attainments)


class _Family(NamedTuple):
    """The plans for attainments of one structure, by the values of the fields that no plan leaves open."""

    closed: tuple[int, ...]
    plans: dict[tuple[str, ...], "_Signing | None"]


class _Draft(NamedTuple):
    """A document before its signature: what is to be signed, and the words of its JSON in the order of the slots."""

    data: bytes
    words: list[bytes]
    signing: "_Signing"


class _Signing(NamedTuple):
    """A plan with all that is needed to sign what it makes."""

    plan: Plan
    options: bytes  # SHA-256 of the canonical proof options
    text: bytes  # the JSON of the signed document as a %-format
    pick: Callable[[list[bytes]], Any]  # what fills it; the signature comes last

    def draft(self, values: list[str]) -> _Draft | None:
        """Return the draft for these values, or None where they have to take the general way."""
        canonical, words = self.plan.filled(values)
        return None if canonical is None else _Draft(self.options + hashlib.sha256(canonical).digest(), words, self)


def _finished(draft: _Draft, signature: bytes) -> bytes:
    """Return the JSON of a signed document."""
    draft.words.append(base58_encode(signature).encode())
    made: bytes = draft.signing.text % draft.signing.pick(draft.words)
    return made


class Batch:
    """Issues one attainment after the other. ``planned`` and ``one_by_one`` count how many went which way."""

    def __init__(self, key: SigningKey, *, created: datetime) -> None:
        self.key = key
        self.created = created
        self.families: dict[Any, _Family | None] = {}  # None: seen once
        self.shared: dict[int, Any] = {}
        self.planned = self.one_by_one = 0

    def issue(self, attainment: Attainment) -> bytes:
        """Return the signed credential in JSON. Raises as ``open_badge_3.write`` and ``sign`` do."""
        draft = self.draft(attainment)
        return draft if isinstance(draft, bytes) else _finished(draft, self.key.sign(draft.data))

    def issue_all(self, attainments: Iterable[Attainment]) -> Iterator[bytes]:
        """Yield the signed credentials, in small lots: signatures one after the other take less time than in between.

        What cannot be issued raises as in ``issue``, once everything before it was yielded.
        """
        waiting = iter(attainments)
        while True:
            drafts, fault = self.lot(waiting)
            signatures = [b"" if isinstance(draft, bytes) else self.key.sign(draft.data) for draft in drafts]
            for draft, signature in zip(drafts, signatures, strict=True):
                yield draft if isinstance(draft, bytes) else _finished(draft, signature)
            if fault is not None:
                raise fault
            if len(drafts) < _LOT:
                return

    def lot(self, waiting: Iterator[Attainment]) -> tuple[list[_Draft | bytes], Exception | None]:
        """Return the next drafts, and what stopped them short."""
        drafts: list[_Draft | bytes] = []
        try:
            drafts.extend(map(self.draft, islice(waiting, _LOT)))
        except (ValueError, Objection) as fault:
            return drafts, fault
        return drafts, None

    def draft(self, attainment: Attainment) -> _Draft | bytes:
        """Return the credential before its signature, or its whole JSON where no plan makes it."""
        kind: list[Any] = []
        values: list[str] = []
        self.spread(attainment, attainment.salt, kind, values)
        known = tuple(kind)
        family = self.families.get(known)
        may_learn = known in self.families
        if family is not None:
            stated = tuple([values[number] for number in family.closed])
            signing = family.plans.get(stated)
            found = signing.draft(values) if signing is not None else None
            if found is not None:
                self.planned += 1
                return found
            may_learn = stated not in family.plans and len(family.plans) < _MOST_ALIKE
        self.one_by_one += 1
        signed = eddsa_rdfc_2022.sign(open_badge_3.write(attainment), self.key, created=self.created)
        if may_learn:
            self.learn(attainment, known, values, signed)
        else:
            self.families.setdefault(known, None)
        return orjson.dumps(signed)

    def spread(self, value: Any, salt: str, kind: list[Any], values: list[str]) -> None:
        """Take an attainment apart: into what makes its structure, and the words that may differ."""
        for part in value if type(value) is tuple else _parts(value, salt):
            type_ = type(part)
            if type_ is str:
                kind.append(part != "")
                if part:
                    values.append(part)
            elif part is None or type_ is bool:
                kind.append(part)
            elif type_ in _SPELLED:
                kind.append(type_)
                values.append(_SPELLED[type_](part))
            elif type_ is tuple:
                kind.append(len(part))
                self.spread(part, salt, kind, values)
            elif type_ in _SHARED:
                kind.append(id(part) if id(part) in self.shared else self.same(part))
            elif is_dataclass(type_):
                kind.append(type_)
                self.spread(part, salt, kind, values)
            else:
                kind.append(tuple(part.items()) if isinstance(part, Mapping) else part)

    def same(self, value: Any) -> int:
        """Return a number for an achievement or issuer that is not known yet: that of an equal one, or its own."""
        for number, each in self.shared.items():
            if each == value:
                return number
        if len(self.shared) >= _MOST_SHARED:
            self.shared.clear()
            self.families.clear()
        self.shared[id(value)] = value
        return id(value)

    def learn(self, attainment: Attainment, known: tuple[Any, ...], values: list[str], signed: dict[str, Any]) -> None:
        """Make the plan for this attainment, whose document is there already."""
        if len(self.families) > MOST_PLANS:
            self.families = {known: None}
        try:
            document, closed = _marked_document(attainment, len(values))
            signing = self.signing(document, values, signed)
        except (Unplanned, ValueError, OverflowError):
            closed, signing = frozenset(), None
        family = self.families[known] or _Family(tuple(sorted(closed)), {})
        family.plans[tuple([values[number] for number in family.closed])] = signing
        self.families[known] = family

    def signing(self, document: dict[str, Any], values: list[str], signed: dict[str, Any]) -> "_Signing | None":
        """Return the plan with what it signs, if it makes the same as the general way."""
        proof = {name: value for name, value in signed["proof"].items() if name != "proofValue"}
        options = hashlib.sha256(canonical_bytes(options_of(signed, proof))).digest()
        whole = {**document, "proof": {**proof, "proofValue": f"z{slot(len(values))}"}}
        text, pick = form(orjson.dumps(whole).decode())
        assert pick is not None  # the signature is open at least
        made = _Signing(Plan(document), options, text, pick)
        draft = made.draft(values)
        if draft is None or _finished(draft, self.key.sign(draft.data)) != orjson.dumps(signed):
            return None
        return made


@cache
def _fields(type_: type) -> tuple[Callable[[Any], tuple[Any, ...]], int, int]:
    """Return what gets all fields of a dataclass, and the places of an e-mail address and its hash."""
    names = [each.name for each in fields(type_)]
    if type_ is not Learner:
        return attrgetter(*names), -1, -1
    return attrgetter(*names), names.index("email"), names.index("email_hash")


def _parts(value: Any, salt: str) -> Sequence[Any]:
    """Return the fields of a dataclass; an e-mail address as the salted hash that is written of it."""
    get, email, email_hash = _fields(type(value))  # type: ignore[arg-type] # a type can be hashed
    found = get(value)
    if email < 0 or not found[email]:
        return found
    parts = list(found)
    parts[email], parts[email_hash] = "", hashed_email(found[email], salt)
    return parts


def _marked_document(attainment: Attainment, many: int) -> tuple[dict[str, Any], frozenset[int]]:
    """Return the document with slots, and the numbers of the fields that change it in a way no slot can follow."""
    closed: frozenset[int] = frozenset()
    document, found = _slotted_document(attainment, many, closed)
    while missing := frozenset(range(many)) - found - closed:
        before, closed = document, closed | missing
        document, found = _slotted_document(attainment, many, closed)
        if document == before:  # it says nothing about them at all
            return document, closed - missing
    return document, closed


def _slotted_document(attainment: Attainment, many: int, closed: frozenset[int]) -> tuple[Any, frozenset[int]]:
    """Return the document of an attainment with marks for all but some fields, and the slots that are found in it."""
    marks: dict[str, str] = {}
    written = open_badge_3.write(_marked(attainment, attainment.salt, iter(range(many)), closed, marks))
    found: set[int] = set()
    bare: set[int] = set()
    slotted = _slotted(written, marks, found, bare)
    return slotted, frozenset(found - bare)


def _marked(value: Any, salt: str, numbers: Iterator[int], closed: frozenset[int], marks: dict[str, str]) -> Any:
    """Return an attainment with marks in its fields; takes it apart in the same order as ``Batch.spread``."""
    type_ = type(value)
    if type_ is str or type_ in _SPELLED:
        number = next(numbers) if type_ is not str or value else -1
        return value if number in closed or number < 0 else _mark(type_, number, marks)
    if type_ is tuple:
        return tuple(_marked(each, salt, numbers, closed, marks) for each in value)
    if type_ in _SHARED or not is_dataclass(value) or isinstance(value, type):
        return value
    named = zip(fields(value), _parts(value, salt), strict=True)
    return replace(value, **{each.name: _marked(part, salt, numbers, closed, marks) for each, part in named})


def _mark(type_: Any, number: int, marks: dict[str, str]) -> Any:
    """Return the mark of a field, and note how it is spelled."""
    if type_ is str:
        marks[slot(number)] = slot(number)
        return slot(number)
    if type_ is int:
        marks[str(_NUMBER + number)] = slot(number)
        return _NUMBER + number
    if type_ is datetime:
        at = datetime(_YEAR + number, 1, 2, 3, 4, 5, tzinfo=UTC)
        marks[iso(at)] = slot(number)
        return at
    day = date(_YEAR + number, 1, 2)
    marks[day.isoformat()] = slot(number)
    return day


def _slotted(value: Any, marks: dict[str, str], found: set[int], bare: set[int]) -> Any:
    """Return a document with slots for marks, noting which were found whole, and which as numbers or changed."""
    if isinstance(value, str):
        for mark, place in marks.items():
            value = value.replace(mark, place)
        found.update(slots_in(value))
        bare.update(changed_slots(value))
        return value
    if isinstance(value, dict):
        return {name: _slotted(inner, marks, found, bare) for name, inner in value.items()}
    if isinstance(value, list):
        return [_slotted(inner, marks, found, bare) for inner in value]
    bare.update(slots_in(marks.get(str(value), "")))
    return value
