"""Open Badges 3.0: reading an Achievement and a Profile. A CLR 2.0 record has the same parts.

``own`` says whether the document carries exactly our inline context: only then are our own terms believed; a badge of
another issuer is read by its core fields.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from opencairn.engine.canonical.memory import remembered
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


@remembered
def achievement(core: Fields, *, own: bool) -> Achievement:
    """Return what there was to achieve."""
    ours: Fields = core if own else {}
    language = read.text(core, "inLanguage")
    image, criteria = read.stated(core, "image"), read.one(core, "criteria")
    if not read.as_spoken(core, "name"):
        raise read.missing("name")
    kept = [each for each in read.many(core, "otherIdentifier") if read.stated(each, "identifierType") == "identifier"]
    plain = {_OURS[name][0]: _OURS[name][1](core, name) for name in core if name in _OURS} if own else {}
    plain |= {_CORE[name][0]: _CORE[name][1](core, name) for name in core if name in _CORE}
    return Achievement(
        **{"languages": (language,) if language else (), **plain},
        id=read.text(core, "id", needed=True),
        version=read.text(core, "version"),
        name=_text(core, "name", ours, "nameIn", language),
        description=_text(core, "description", ours, "descriptionIn", language),
        criteria=_text(criteria, "narrative", ours, "criteriaIn", language),
        outcomes=tuple(_outcomes(core, language, own=own)),
        eqf_level=_eqf(core),
        image=read.text(core, "image"),
        image_caption=read.text(image, "caption") if isinstance(image, dict) else "",
        designer=profile_or_none(core, "creator", own=own),
        related=tuple(_related(ours)),
        identifiers=tuple(read.text(each, "identifier") for each in kept),
        accreditation=_accreditation(read.one(ours, "accreditation")) if "accreditation" in ours else None,
    )


def _text(core: Fields, name: str, ours: Fields, own_name: str, language: str) -> Text:
    """Return a text in all its languages: ours where we wrote it, else the one core string."""
    return read.in_languages(ours, own_name) if ours else read.as_spoken(core, name, language)


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
