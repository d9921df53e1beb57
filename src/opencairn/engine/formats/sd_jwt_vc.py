"""Micro-credentials as SD-JWT VC claims, under the names of the EU rulebook for micro-credential attestations.

What the rulebook has a claim for stands under that claim, readable by any wallet; the rest of the neutral model, and
texts in all their languages, stand under one claim of our own, ``OWN``, by the names of ``engine/award.py``. A holder
may withhold whatever ``disclosable`` lists, so reading takes what is there and guesses nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from opencairn.engine.award import from_json, to_json
from opencairn.engine.canonical.contexts import OWN_NAMESPACE
from opencairn.engine.model import Achievement, Attainment, Text
from opencairn.engine.objections import Malformed
from opencairn.kit.dates import iso, parse_iso
from opencairn.kit.text import pick

from .open_badge_3 import hashed_email

NAME = "SD-JWT VC"
CODE = "sd-jwt-vc"
VCT = "urn:opencairn:micro-credential:v1"
RULEBOOK_VCT = "VerifiableMicroCredential"
OWN = OWN_NAMESPACE.rstrip(":")
ECTS, HOURS = "ECTS", "hours"
_UNKNOWN_LANGUAGE = "und"
_TELLING = ("learningOutcomes", "notionalWorkload", "typeOfAssessment", "awardingBody")
#: what the rulebook never lets a holder withhold, and whose name ``awardingBody`` is
_ALWAYS_OPEN = (
    "iss", "iat", "nbf", "exp", "jti", "cnf", "status", "vct", "awardingBodyIdentifier", "awardingBodyHomepage",
)  # fmt: skip
_GROUPS = ("issuer", "learner", "achievement")
Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a value of the award stands in a claim. ``back`` returns None for what is not of this kind."""

    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


def _one_or_many(stated: list[str]) -> str | list[str]:
    return stated[0] if len(stated) == 1 else stated


def _many(claim: Any) -> list[str] | None:
    listed = claim if isinstance(claim, list) else [claim]
    return listed if all(isinstance(each, str) for each in listed) else None


def _instant(claim: Any) -> str | None:
    try:
        return iso(datetime.fromtimestamp(claim, UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _status(claim: Any) -> dict[str, Any] | None:
    entry = claim.get("status_list") if isinstance(claim, dict) else None
    if not isinstance(entry, dict) or type(entry.get("idx")) is not int or not isinstance(entry.get("uri"), str):
        return None
    return {"list_url": entry["uri"], "index": entry["idx"]}


def _day(claim: Any) -> str | None:
    try:
        return datetime.fromisoformat(claim).date().isoformat()
    except (TypeError, ValueError):
        return None


WORDS = Kind(lambda stated: stated, lambda claim: claim if isinstance(claim, str) else None)
WHOLE = Kind(lambda stated: stated, lambda claim: claim if type(claim) is int else None)
MANY = Kind(_one_or_many, _many)
DAY = Kind(lambda stated: stated, _day)
INSTANT = Kind(lambda stated: int(parse_iso(stated).timestamp()), _instant)
STATUS = Kind(lambda stated: {"status_list": {"idx": stated["index"], "uri": stated["list_url"]}}, _status)

#: which claim carries a value of the award whole, so that it does not stand in ``OWN`` again
CARRIED: tuple[tuple[str, tuple[str, ...], Kind], ...] = (
    ("jti", ("id",), WORDS),
    ("iss", ("issuer", "id"), WORDS),
    ("sub", ("learner", "id"), WORDS),
    ("nbf", ("valid_from",), INSTANT),
    ("exp", ("valid_until",), INSTANT),
    ("status", ("status",), STATUS),
    ("givenName", ("learner", "given_name"), WORDS),
    ("familyName", ("learner", "family_name"), WORDS),
    ("issuerCountry", ("issuer", "country"), WORDS),
    ("issuanceDate", ("awarded_on",), DAY),
    ("identifier", ("achievement", "id"), WORDS),
    ("level", ("achievement", "eqf_level"), WHOLE),
    ("nationalQualificationsFrameworkLevel", ("achievement", "national_level"), WORDS),
    ("typeOfAssessment", ("achievement", "assessment_types"), MANY),
    ("formOfParticipation", ("achievement", "participation"), WORDS),
    ("qualityAssurance", ("achievement", "quality_assurance"), WORDS),
    ("idVerificationMethod", ("achievement", "supervision"), WORDS),
    ("fieldOfEducation", ("achievement", "field_of_study"), WORDS),
    ("languageOfAssessment", ("achievement", "languages"), MANY),
    ("grade", ("grade",), WORDS),
)


def recognises(document: Claims) -> bool:
    """Whether these are the claims of an SD-JWT VC."""
    return "vct" in document and "@context" not in document


# --- writing ---


def write(attainment: Attainment) -> dict[str, Any]:
    """Return the claims, with nothing hidden yet. Raises ValueError where the attainment lacks what all must state."""
    if not (attainment.id and attainment.issuer.id and attainment.achievement.id):
        raise ValueError("a credential needs its own id, the id of its issuer, and the id of the achievement")
    award = to_json(_without_email(attainment))
    claims: dict[str, Any] = {"vct": VCT}
    for claim, path, kind in CARRIED:
        stated = _take(award, path)
        if stated not in (None, "", []):
            claims[claim] = kind.out(stated)
    if attainment.status is not None and attainment.status.purpose != "revocation":
        award["status"] = to_json(attainment.status)
    award = {name: each for name, each in award.items() if each not in ({}, [])}
    return {**claims, **_readable(attainment), **({OWN: award} if award else {})}


def _without_email(attainment: Attainment) -> Attainment:
    """Return the attainment with the salted hash of the e-mail address in its place."""
    learner = attainment.learner
    if not learner.email:
        return attainment
    return replace(
        attainment, learner=replace(learner, email="", email_hash=hashed_email(learner.email, attainment.salt))
    )


def _take(award: dict[str, Any], path: tuple[str, ...]) -> Any:
    *above, name = path
    for each in above:
        award = award[each]
    return award.pop(name, None)


def _readable(attainment: Attainment) -> dict[str, Any]:
    """Return the rulebook's claims that say in one language, or in short, what ``OWN`` says in full."""
    what, body = attainment.achievement, attainment.awarding_body or attainment.issuer
    skills = dict.fromkeys(
        skill.uri for outcome in what.outcomes for skill in outcome.skills if skill.framework == "ESCO"
    )
    larger = [{"id": each.id, "name": each.name} for each in what.related if each.kind == "part-of"]
    found = {
        "title": _core(what.name),
        "awardingBody": body.name,
        "awardingBodyIdentifier": body.id,
        "awardingBodyHomepage": body.url,
        "learningOutcomes": [words for outcome in what.outcomes if (words := _core(outcome.text))],
        "escoReference": list(skills),
        "notionalWorkload": _workload(what),
        "entryRequirements": [
            words for each in (what.prerequisites, what.inherent_requirements) if (words := _core(each))
        ],
        "gradingScheme": _core(what.grading_scheme),
        "stackable": bool(larger) or None,
        "partOfQualification": larger,
        "accreditation": _accreditation(what),
        "additionalNote": _core(what.further_information),
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _core(text: Text) -> str:
    return pick(text, ("en",))[1]


def _workload(what: Achievement) -> dict[str, Any] | None:
    if what.ects is not None:
        whole = what.ects == what.ects.to_integral_value()
        return {"value": int(what.ects) if whole else float(what.ects), "unit": ECTS}
    return None if what.hours is None else {"value": what.hours, "unit": HOURS}


def _accreditation(what: Achievement) -> dict[str, str] | None:
    decision = what.accreditation
    if decision is None:
        return None
    stated = {"id": decision.id, "title": _core(decision.title), "type": decision.kind, "agent": decision.agent.name}
    return {name: words for name, words in stated.items() if words}


def disclosable(claims: Claims) -> frozenset[tuple[str | int, ...]]:
    """Return the paths of the claims that the holder may withhold: all that name anybody or say what was achieved."""
    found: set[tuple[str | int, ...]] = {(name,) for name in claims if name not in _ALWAYS_OPEN and name != OWN}
    for name, stated in claims.get(OWN, {}).items():
        found |= {(OWN, name, each) for each in stated} if name in _GROUPS else {(OWN, name)}
    return frozenset(found)


# --- reading ---


def read(claims: Claims) -> Attainment | None:
    """Return what the disclosed claims state, None where they are not about a learning achievement.

    Raises ``Malformed`` where our own claim is not put together as we do it.
    """
    own = claims.get(OWN, {})
    if not isinstance(own, dict) or not all(isinstance(own.get(name, {}), dict) for name in _GROUPS):
        raise Malformed(f"The badge does not properly state “{OWN}”.", "badge-field", term=OWN)
    award = _award(claims)
    if award is None or not _is_learning(claims):
        return None
    groups = {name: {**award[name], **own.get(name, {})} for name in _GROUPS}
    return from_json({**award, **own, **groups})


def _is_learning(claims: Claims) -> bool:
    vct = str(claims["vct"])
    return vct == VCT or vct.endswith(RULEBOOK_VCT) or any(name in claims for name in _TELLING)


def _award(claims: Claims) -> dict[str, Any] | None:
    """Return what the claims of the rulebook say, as an award in JSON; None where they name no date at all."""
    award: dict[str, Any] = {
        "id": "",
        "issuer": {"id": "", "name": ""},
        "learner": {"name": ""},
        "achievement": {"id": "", "version": "", **_texts(claims), **_numbers(claims)},
    }
    for claim, path, kind in CARRIED:
        stated = kind.back(claims[claim]) if claim in claims else None
        if stated is not None:
            inner = award[path[0]] if len(path) > 1 else award
            inner[path[-1]] = stated
    learner = award["learner"]
    learner["name"] = " ".join(each for name in ("given_name", "family_name") if (each := learner.get(name)))
    _bodies(claims, award)
    issued = _instant(claims.get("iat"))
    award.setdefault("valid_from", issued or _midnight(award.get("awarded_on")))
    if award["valid_from"] is None:
        return None
    award.setdefault("awarded_on", award["valid_from"][:10])
    return award


def _midnight(day: str | None) -> str | None:
    return f"{day}T00:00:00Z" if day else None


def _texts(claims: Claims) -> dict[str, Any]:
    """Return the texts of the achievement, in the one language that nobody names."""
    outcomes = _many(claims.get("learningOutcomes", [])) or []
    skills = _many(claims.get("escoReference", [])) or []
    found: list[dict[str, Any]] = [{"id": "", "text": _text(each)} for each in outcomes]
    found += [{"id": uri, "text": {}, "skills": [{"uri": uri, "label": ""}]} for uri in skills]
    requirements = [] if OWN in claims else _many(claims.get("entryRequirements", [])) or []  # ours mix two texts
    return {
        "name": _text(claims.get("title")),
        "description": {},
        "criteria": {},
        "outcomes": found,
        "prerequisites": _text("\n".join(requirements)),
        "grading_scheme": _text(claims.get("gradingScheme")),
        "further_information": _text(claims.get("additionalNote")),
    }


def _text(words: Any) -> dict[str, str]:
    return {_UNKNOWN_LANGUAGE: words} if isinstance(words, str) and words else {}


def _numbers(claims: Claims) -> dict[str, Any]:
    """Return the workload, in the unit it is stated in."""
    stated = claims.get("notionalWorkload")
    value, unit = (stated.get("value"), stated.get("unit")) if isinstance(stated, dict) else (None, None)
    if type(value) is int and unit == HOURS:
        return {"hours": value}
    return {"ects": value} if type(value) in (int, float) and unit == ECTS else {}


def _bodies(claims: Claims, award: dict[str, Any]) -> None:
    """Say who awarded: the issuer, or the body that the claims name beside it."""
    name, identity, homepage = (
        claim if isinstance(claim := claims.get(f"awardingBody{part}", ""), str) else ""
        for part in ("", "Identifier", "Homepage")
    )
    issuer = award["issuer"]
    if identity in ("", issuer["id"]):
        issuer |= {"name": name, **({"url": homepage} if homepage and OWN not in claims else {})}
    else:
        award["awarding_body"] = {"id": identity, "name": name, "url": homepage}
