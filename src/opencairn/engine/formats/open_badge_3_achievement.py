"""Open Badges 3.0: reading an Achievement and a Profile. A CLR 2.0 record has the same parts.

``own`` says whether the document carries exactly our inline context: only then are our own terms believed; a badge of
another issuer is read by its core fields.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

from opencairn.engine.model import Accreditation, Achievement, Issuer, Outcome, Related, Skill, Text

from . import fields as read
from .fields import Fields
from .open_badge_3_parts import EQF, GRADE, LARGER, LEGAL_IDENTIFIER

_NUTS = re.compile("[A-Z]{2}[A-Z0-9]{1,3}")
_RELATIONS: tuple[Literal["part-of", "leads-to"], ...] = ("part-of", "leads-to")
_COMPETENCY = (None, "ceasn:Competency", "CFItem")  # targetType of an alignment to something one can do

_Plain = Mapping[str, tuple[str, Callable[[Fields, str], Any]]]
#: what is read as it stands: its name in the document, the field of ``Achievement`` and the kind of value
_CORE: _Plain = {
    "humanCode": ("human_code", read.text),
    "creditsAvailable": ("ects", read.decimal),
    "fieldOfStudy": ("field_of_study", read.text),
}
_OURS: _Plain = {
    "notionalHours": ("hours", read.whole),
    "nationalLevel": ("national_level", read.text),
    "levelNotApplicable": ("level_not_applicable", read.text),
    "assessmentType": ("assessment_types", read.words),
    "participation": ("participation", read.text),
    "qualityAssurance": ("quality_assurance", read.text),
    "qualityAssuranceNote": ("quality_assurance_note", read.in_languages),
    "prerequisites": ("prerequisites", read.in_languages),
    "supervision": ("supervision", read.text),
    "gradingScheme": ("grading_scheme", read.in_languages),
    "stackability": ("stackability", read.in_languages),
    "furtherInformation": ("further_information", read.in_languages),
    "inherentRequirements": ("inherent_requirements", read.in_languages),
    "languageOfInstruction": ("languages", read.words),
    "outcomeSummary": ("outcome_summary", read.in_languages),
    "cycle": ("cycle", read.text),
    "learningSetting": ("learning_setting", read.text),
    "recognition": ("recognition", read.in_languages),
    "homepage": ("homepage", read.text),
}
_PLAIN: _Plain = {**_OURS, **_CORE}


def profile(fields: Fields, name: str, *, own: bool) -> Issuer:
    """Return who stands under a name: a Profile, or its address alone."""
    value = read.stated(fields, name)
    if isinstance(value, str) and value:
        return Issuer(id=value, name="")
    if not isinstance(value, dict):
        raise read.missing(name)
    address = read.stated(value, "address")
    place = address if isinstance(address, dict) else {}
    country, region = read.text(place, "addressCountryCode"), read.text(place, "addressRegion")
    is_code = own or (_NUTS.fullmatch(region) and region.startswith(country))
    legal = [
        each for each in read.many(value, "otherIdentifier") if read.stated(each, "identifierType") == LEGAL_IDENTIFIER
    ]
    return Issuer(
        id=read.text(value, "id", needed=True),
        name=read.text(value, "name"),
        country=country,
        url=read.text(value, "url"),
        email=read.text(value, "email"),
        region=region if is_code else "",
        legal_identifier=read.text(legal[0], "identifier") if legal else "",
    )


def profile_or_none(fields: Fields, name: str, *, own: bool) -> Issuer | None:
    """Return who stands under a name, or None where nobody does."""
    return profile(fields, name, own=own) if fields.get(name) else None


def achievement(core: Fields, *, own: bool) -> Achievement:
    """Return what there was to achieve."""
    return Achievement(**_stated(core, _PARTS.items(), core, own=own))


def achievement_reader(like: Achievement, changing: frozenset[str], *, own: bool) -> Callable[[Fields], Achievement]:
    """Return what reads achievements that differ from this one only in what stands under some names."""
    if "inLanguage" in changing:
        return partial(achievement, own=own)
    parts = [(field, part) for field, part in _PARTS.items() if not changing.isdisjoint(part[0])]

    def read_like(core: Fields) -> Achievement:
        return Achievement(**{**vars(like), **_stated(core, parts, changing, own=own)})

    return read_like


def _stated(core: Fields, parts: Iterable["_NamedPart"], names: Iterable[str], *, own: bool) -> dict[str, Any]:
    """Return the fields of some parts, and what is read as it stands under some names."""
    ours: Fields = core if own else {}
    language, plain = read.text(core, "inLanguage"), _PLAIN if own else _CORE
    found = {field: read_part(core, ours, language) for field, (_, read_part) in parts}
    return found | {plain[name][0]: plain[name][1](core, name) for name in names if name in plain}


def _text(core: Fields, name: str, ours: Fields, own_name: str, language: str) -> Text:
    """Return a text in all its languages: ours where we wrote it, else the one core string."""
    return read.in_languages(ours, own_name) if ours else read.as_spoken(core, name, language)


def _name(core: Fields, ours: Fields, language: str) -> Text:
    if not read.as_spoken(core, "name"):
        raise read.missing("name")
    return _text(core, "name", ours, "nameIn", language)


def _caption(core: Fields) -> str:
    image = read.stated(core, "image")
    return read.text(image, "caption") if isinstance(image, dict) else ""


def _identifiers(core: Fields) -> Iterator[str]:
    for each in read.many(core, "otherIdentifier"):
        if read.stated(each, "identifierType") == "identifier":
            yield read.text(each, "identifier")


def _accreditation(decision: Fields) -> Accreditation:
    return Accreditation(
        id=read.text(decision, "id"),
        title=read.in_languages(decision, "accreditationTitle"),
        kind=read.text(decision, "accreditationKind"),
        agent=profile(decision, "accreditedBy", own=True),
        decision=read.text(decision, "accreditationDecision"),
        valid_from=read.day(decision, "accreditedFrom"),
        valid_until=read.day(decision, "accreditedUntil"),
    )


def _outcomes(core: Fields, language: str, *, own: bool) -> Iterator[Outcome]:
    """Yield what has a result; and of a foreign badge every other ability that the achievement is aligned to."""
    aligned: set[str] = set()
    for described in read.many(core, "resultDescription"):
        identity = read.text(described, "id", needed=True)
        if own and identity == read.text(core, "id") + GRADE:
            continue
        skills = tuple(_skill(each) for each in read.many(described, "alignment"))
        aligned.update(each.uri for each in skills)
        yield Outcome(identity, _text(described, "name", described if own else {}, "outcomeIn", language), skills)
    for each in () if own else read.many(core, "alignment"):
        skill = _skill(each)
        if (
            read.stated(each, "targetType") in _COMPETENCY
            and not skill.uri.startswith(EQF)
            and skill.uri not in aligned
        ):
            aligned.add(skill.uri)
            yield Outcome(skill.uri, read.as_spoken(each, "targetName", language), (skill,))


def _skill(aligned: Fields) -> Skill:
    return Skill(
        uri=read.text(aligned, "targetUrl", needed=True),
        label=read.text(aligned, "targetName"),
        framework=read.text(aligned, "targetFramework"),
    )


def _eqf(core: Fields) -> int | None:
    """Return the first European level that the achievement is aligned to."""
    targets = (read.text(each, "targetUrl", needed=True) for each in read.many(core, "alignment"))
    levels = [url.removeprefix(EQF) for url in targets if url.startswith(EQF)]
    return int(levels[0]) if levels and levels[0] in tuple("12345678") else None


def _related(ours: Fields) -> Iterator[Related]:
    for aligned in read.many(ours, "alignment"):
        for kind in _RELATIONS:
            if read.stated(aligned, "targetType") == LARGER and read.stated(aligned, "relation") == kind:
                yield Related(read.text(aligned, "targetUrl"), read.text(aligned, "targetName"), kind)


_Part = Callable[[Fields, Fields, str], Any]  # of all, what of it may hold our own terms, and the language
_NamedPart = tuple[str, tuple[tuple[str, ...], _Part]]
#: the fields that are not read as they stand, each with the names that it is read from, beside inLanguage
_PARTS: Mapping[str, tuple[tuple[str, ...], _Part]] = {
    "id": (("id",), lambda core, *_: read.text(core, "id", needed=True)),
    "version": (("version",), lambda core, *_: read.text(core, "version")),
    "name": (("name", "nameIn"), _name),
    "description": (
        ("description", "descriptionIn"),
        lambda core, ours, language: _text(core, "description", ours, "descriptionIn", language),
    ),
    "criteria": (
        ("criteria", "criteriaIn"),
        lambda core, ours, language: _text(read.one(core, "criteria"), "narrative", ours, "criteriaIn", language),
    ),
    "languages": ((), lambda _, __, language: (language,) if language else ()),
    "outcomes": (
        ("id", "resultDescription", "alignment"),
        lambda core, ours, language: tuple(_outcomes(core, language, own=bool(ours))),
    ),
    "eqf_level": (("alignment",), lambda core, *_: _eqf(core)),
    "image": (("image",), lambda core, *_: read.text(core, "image")),
    "image_caption": (("image",), lambda core, *_: _caption(core)),
    "designer": (("creator",), lambda core, ours, _: profile_or_none(core, "creator", own=bool(ours))),
    "related": (("alignment",), lambda _, ours, __: tuple(_related(ours))),
    "identifiers": (("otherIdentifier",), lambda core, *_: tuple(_identifiers(core))),
    "accreditation": (
        ("accreditation",),
        lambda _, ours, __: _accreditation(read.one(ours, "accreditation")) if "accreditation" in ours else None,
    ),
}
