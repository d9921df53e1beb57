"""Open Badges 3.0: reading a credential back into what it states. Nothing here judges whether it is genuine.

Our own terms are only believed where the document carries exactly our inline context; a badge of another issuer is
read by its core fields.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from opencairn.engine.canonical.contexts import OWN_TERMS
from opencairn.engine.canonical.strict_json import shown
from opencairn.engine.model import Achievement, Attainment, Issuer, Learner, Outcome, OutcomeResult, Skill, Status, Text
from opencairn.engine.objections import Malformed
from opencairn.kit.dates import parse_iso

Fields = Mapping[str, Any]
TYPES = ("OpenBadgeCredential", "AchievementCredential")
EQF = "http://data.europa.eu/snb/eqf/"
EQF_FRAMEWORK = "European Qualifications Framework"
GRADE = "#grade"  # added to the achievement's id: names the grade for the whole
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"
_UNKNOWN_LANGUAGE = "und"


def read(document: Fields) -> Attainment:
    """Return what the credential states. Raises ``Malformed`` where it lacks what every Open Badge must state."""
    subject = _one(document, "credentialSubject")
    core = _one(subject, "achievement")
    contexts = document.get("@context")
    own = core if isinstance(contexts, list) and OWN_TERMS in contexts else {}
    issued = _text(document, "validFrom", needed=True)
    awarded = _text(document, "awardedDate") or issued
    learner, salt = _learner(subject)
    until = _text(document, "validUntil")
    grade, results = _results(subject, _text(core, "id", needed=True))
    return Attainment(
        id=_text(document, "id"),
        issuer=_profile(document, "issuer"),
        learner=learner,
        achievement=_achievement(core, own),
        awarded_on=_instant(awarded).date(),
        valid_from=_instant(issued),
        valid_until=_instant(until) if until else None,
        results=results,
        grade=grade,
        prior_learning=bool(own) and subject.get("priorLearning") is True,
        status=_status(document.get("credentialStatus")),
        salt=salt,
    )


def _missing(name: str) -> Malformed:
    return Malformed(f"The badge does not properly state “{shown(name)}”.", "badge-field", term=shown(name))


def _one(fields: Fields, name: str) -> Fields:
    """Return the one object under a name."""
    value = fields.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise _missing(name)
    return value


def _text(fields: Fields, name: str, *, needed: bool = False) -> str:
    """Return the words under a name, or "" where it is not stated."""
    value = fields.get(name, "")
    if isinstance(value, dict):
        value = value.get("@value", value.get("id"))
    if not isinstance(value, str) or (needed and name not in fields):
        raise _missing(name)
    return value


def _many(fields: Fields, name: str) -> Iterator[Fields]:
    """Yield the objects under a name."""
    value = fields.get(name, [])
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise _missing(name)
        yield each


def _words(fields: Fields, name: str) -> tuple[str, ...]:
    value = fields.get(name, [])
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in listed):
        raise _missing(name)
    return tuple(listed)


def _decimal(fields: Fields, name: str) -> Decimal | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _missing(name)
    return Decimal(str(value))


def _whole(fields: Fields, name: str) -> int | None:
    value = _decimal(fields, name)
    if value is not None and value != value.to_integral_value():
        raise _missing(name)
    return None if value is None else int(value)


def _instant(words: str) -> datetime:
    try:
        return parse_iso(words).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(
            f"“{shown(words)}” is not a date and time with a zone.", "bad-date", date=shown(words)
        ) from None


def _profile(fields: Fields, name: str) -> Issuer:
    value = fields.get(name)
    if isinstance(value, str):
        return Issuer(id=value, name="")
    if not isinstance(value, dict):
        raise _missing(name)
    address = value.get("address")
    country = _text(address, "addressCountryCode") if isinstance(address, dict) else ""
    return Issuer(
        id=_text(value, "id", needed=True),
        name=_text(value, "name"),
        country=country,
        url=_text(value, "url"),
        email=_text(value, "email"),
    )


def _learner(subject: Fields) -> tuple[Learner, str]:
    name = digest = email = salt = ""
    for identity in _many(subject, "identifier"):
        kind, words, hashed = identity.get("identityType"), _text(identity, "identityHash"), identity.get("hashed")
        if kind == "name" and hashed is False:
            name = name or words
        elif kind == "emailAddress" and hashed is True and not digest:
            digest, salt = words, _text(identity, "salt")
        elif kind == "emailAddress" and hashed is False:
            email = email or words
    learner = Learner(name=name, email=email, id=_text(subject, "id"), email_hash=digest)
    if not (learner.id or learner.name or learner.email or learner.email_hash or "identifier" in subject):
        raise _missing("identifier")
    return learner, salt


def _achievement(core: Fields, own: Fields) -> Achievement:
    language = _text(core, "inLanguage")
    languages = _words(own, "languageOfInstruction") or ((language,) if language else ())
    criteria, image = core.get("criteria"), core.get("image")
    if not isinstance(criteria, dict):
        raise _missing("criteria")
    return Achievement(
        id=_text(core, "id", needed=True),
        version=_text(core, "version"),
        name=_in_languages(own, "nameIn", _text(core, "name", needed=True), language),
        description=_in_languages(own, "descriptionIn", _text(core, "description"), language),
        criteria=_in_languages(own, "criteriaIn", _text(criteria, "narrative"), language),
        outcomes=tuple(_outcomes(core, own, language)),
        human_code=_text(core, "humanCode"),
        ects=_decimal(core, "creditsAvailable"),
        hours=_whole(own, "notionalHours"),
        eqf_level=_eqf(core),
        national_level=_text(own, "nationalLevel"),
        level_not_applicable=_text(own, "levelNotApplicable"),
        assessment_types=_words(own, "assessmentType"),
        participation=_text(own, "participation"),
        quality_assurance=_text(own, "qualityAssurance"),
        quality_assurance_note=_in_languages(own, "qualityAssuranceNote"),
        prerequisites=_in_languages(own, "prerequisites"),
        supervision=_text(own, "supervision"),
        grading_scheme=_in_languages(own, "gradingScheme"),
        stackability=_in_languages(own, "stackability"),
        further_information=_in_languages(own, "furtherInformation"),
        inherent_requirements=_in_languages(own, "inherentRequirements"),
        languages=languages,
        field_of_study=_text(core, "fieldOfStudy"),
        image=_text(core, "image"),
        image_caption=_text(image, "caption") if isinstance(image, dict) else "",
        designer=_profile(core, "creator") if core.get("creator") else None,
    )


def _in_languages(own: Fields, name: str, core: str = "", language: str = "") -> Text:
    """Return a text in all its languages: ours where we wrote it, else the one core string."""
    value = own.get(name)
    if value is None:
        return {language or _UNKNOWN_LANGUAGE: core} if core and not own else {}
    if not isinstance(value, dict) or not all(isinstance(words, str) for words in value.values()):
        raise _missing(name)
    return dict(value)


def _outcomes(core: Fields, own: Fields, language: str) -> Iterator[Outcome]:
    for described in _many(core, "resultDescription"):
        ours = described if own else {}
        identity = _text(described, "id", needed=True)
        if own and identity == _text(core, "id") + GRADE:
            continue
        text = _in_languages(ours, "outcomeIn", _text(described, "name"), language)
        yield Outcome(id=identity, text=text, skills=tuple(_skills(described)))


def _skills(fields: Fields) -> Iterator[Skill]:
    for aligned in _many(fields, "alignment"):
        yield Skill(
            uri=_text(aligned, "targetUrl", needed=True),
            label=_text(aligned, "targetName"),
            framework=_text(aligned, "targetFramework"),
        )


def _eqf(core: Fields) -> int | None:
    levels = [skill.uri.removeprefix(EQF) for skill in _skills(core) if skill.uri.startswith(EQF)]
    return int(levels[0]) if levels and levels[0] in "12345678" and len(levels[0]) == 1 else None


def _results(subject: Fields, achievement: str) -> tuple[str, tuple[OutcomeResult, ...]]:
    grade, found = "", []
    for result in _many(subject, "result"):
        described, value = _text(result, "resultDescription"), _text(result, "value")
        if described == achievement + GRADE:
            grade = value
        else:
            found.append(OutcomeResult(outcome=described, passed=result.get("status") == "Completed", value=value))
    return grade, tuple(found)


def _status(value: object) -> Status | None:
    """Return the first entry where it is one of a Bitstring Status List; ``checks.status_step`` judges every entry."""
    entry = value[0] if isinstance(value, list) and value else value
    if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
        return None
    index, url, purpose = (
        str(entry.get("statusListIndex")),
        entry.get("statusListCredential"),
        entry.get("statusPurpose"),
    )
    if not isinstance(url, str) or not isinstance(purpose, str) or not (index.isascii() and index.isdigit()):
        return None
    return Status(list_url=url, index=int(index[:12]), purpose=purpose)
