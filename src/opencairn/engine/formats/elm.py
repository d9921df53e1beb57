"""The European Learning Model v3: a European Digital Credential, writing (application profile edc 1.1.0).

It is a Verifiable Credential of data model 1.1: the model's context cannot stand after that of 2.0. What the model has
no field for travels inside the model's own classes, as notes and concepts about terms of ours, so that the official
SHACL profiles hold. A text in one language only, such as a name, is tagged with the language of the title.
"""

from collections.abc import Mapping
from typing import Any

from opencairn.engine.model import Attainment, Evidence, Learner, OutcomeResult, Status, Text
from opencairn.kit.dates import iso
from opencairn.kit.text import pick

from .elm_achievement import assessment_specifications, qualification
from .elm_nodes import (
    identifier,
    instants,
    legal_identifier,
    listed,
    named,
    node,
    note,
    organisation,
    resource,
    tagged,
    words,
)
from .elm_page import picture, plain_page
from .elm_reading import TYPES, read, status_entries
from .elm_vocabulary import concept, is_listed, language
from .open_badge_3 import hashed_email

__all__ = ["CODE", "CONTEXTS", "NAME", "TYPES", "read", "recognises", "status_entries", "write"]

NAME = "European Digital Credential (ELM v3)"
CODE = "elm-3"
CONTEXTS = ("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap")
PROFILE = "http://data.europa.eu/snb/model/ap/edc-generic-full"
_ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether the document says that it is a European Digital Credential."""
    types = document.get("type")
    return any(each in (types if isinstance(types, list) else [types]) for each in TYPES)


def write(attainment: Attainment, *, pages: tuple[bytes, ...] = ()) -> dict[str, Any]:
    """Return the unsigned credential. ``pages`` shows it, in order: PNG or JPEG; without them a plain SVG is made.

    Raises ValueError where the attainment lacks what every credential must state. An issuer without a legal identifier
    is written without one: then the profile is not met, which wants it of the seal's owner.
    """
    what, learner = attainment.achievement, attainment.learner
    tag, title = pick(what.name, ("en",))
    if not (attainment.id and attainment.issuer.id and what.id and title):
        raise ValueError("a credential needs its own id, the id of its issuer, and the id and name of the achievement")
    if not (learner.id or learner.name or learner.email or learner.email_hash):
        raise ValueError("a credential needs to say who its learner is")
    start, end = iso(attainment.valid_from), iso(attainment.valid_until) if attainment.valid_until else ""
    credential: dict[str, Any] = named(
        node(
            "EuropeanDigitalCredential",
            id_=attainment.id,
            credentialSchema=[{"id": PROFILE, "type": "ShaclValidator2017"}],
            credentialProfiles=[concept("profile", "generic")],
            displayParameter=_display(attainment, tag, pages or (plain_page(attainment, title),)),
            issuer=organisation(attainment.issuer, tag),
            issuanceDate=start,
            issued=start,
            validFrom=start,
            validUntil=end,
            expirationDate=end,
            credentialStatus=_status(attainment.status),
            credentialSubject=_person(attainment, tag),
        )
    )
    return {"@context": list(CONTEXTS), **credential, "type": ["VerifiableCredential", *TYPES]}


def _display(attainment: Attainment, tag: str, pages: tuple[bytes, ...]) -> dict[str, Any]:
    what = attainment.achievement
    tags = [each for each in what.name if is_listed("language", each.partition("-")[0].lower())] or ["en"]
    primary = language(tag if tag in tags else tags[0])
    details = [node("DisplayDetail", image=picture(page), page=place) for place, page in enumerate(pages, 1)]
    return node(
        "DisplayParameter",
        title=words(what.name),
        description=words(what.description),
        language=[language(each) for each in tags],
        primaryLanguage=primary,
        individualDisplay=[node("IndividualDisplay", language=primary, displayDetail=details)],
    )


def _status(status: Status | None) -> dict[str, Any] | None:
    """Return the place in the list as the profile wants it, which is one xsd:anyURI and no object."""
    if status is None:
        return None
    return {"@type": _ANY_URI, "@value": f"{status.list_url}#{status.purpose}-{status.index}"}


def _person(attainment: Attainment, tag: str) -> dict[str, Any]:
    learner = attainment.learner
    return node(
        "Person",
        id_=learner.id,
        fullName=tagged(tag, learner.name),
        givenName=tagged(tag, learner.given_name),
        familyName=tagged(tag, learner.family_name),
        nationalID=legal_identifier(learner.national_id),
        identifier=_hashed(learner, attainment.salt),
        hasClaim=[_achieved(attainment, tag)],
        **instants(dateOfBirth=learner.born_on),
    )


def _hashed(learner: Learner, salt: str) -> list[dict[str, Any]]:
    digest = hashed_email(learner.email, salt) if learner.email else learner.email_hash
    return listed(identifier(digest, "email-hash"), identifier(salt, "salt"))


def _achieved(attainment: Attainment, tag: str) -> dict[str, Any]:
    what = attainment.achievement
    awarding_body = organisation(attainment.awarding_body or attainment.issuer, tag)
    process = node("AwardingProcess", awardingBody=[awarding_body], **instants(awardingDate=attainment.awarded_on))
    shown = [each for each in attainment.evidence if each.id]
    told = [each for each in attainment.evidence if not each.id]
    prior = concept("claim", "prior-learning") if attainment.prior_learning else None
    return node(
        "LearningAchievement",
        title=words(what.name),
        dcType=prior,
        awardedBy=process,
        provenBy=_assessments(attainment, tag, process),
        influencedBy=_activity(attainment, process),
        additionalNote=listed(
            note(attainment.prior_learning_note, concept("note", "prior-learning-note")),
            *(_told(each, tag) for each in told),
        ),
        supplementaryDocument=listed(*(resource(each.id, **_described(each, tag)) for each in shown)),
        specifiedBy=qualification(what, tag),
    )


def _assessments(attainment: Attainment, tag: str, process: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the assessment of the whole where anything is stated about it, then one for each outcome's result."""
    what = attainment.achievement
    specifications = assessment_specifications(what)
    found = []
    if specifications or attainment.grade or what.supervision:
        whole = node(
            "LearningAssessment",
            title=words(what.name),
            awardedBy=process,
            grade=_grade(attainment.grade, tag, passed=True),
            idVerification=concept("supervision", what.supervision) if what.supervision else None,
            specifiedBy=specifications[0] if specifications else None,
        )
        found.append(whole)
    names = {outcome.id: outcome.text for outcome in what.outcomes}
    return found + [_result(each, names.get(each.outcome, {}), tag, process) for each in attainment.results]


def _grade(value: str, tag: str, *, passed: bool) -> dict[str, Any] | None:
    """Return a grade; where there is no value it is only told whether it was passed, for the model demands a grade."""
    outcome = concept("result", "passed" if passed else "failed")
    return note({tag: value}) if value else note(outcome["prefLabel"], outcome)


def _result(result: OutcomeResult, name: Text, tag: str, process: dict[str, Any]) -> dict[str, Any]:
    return node(
        "LearningAssessment",
        title=words(name) or {tag: result.outcome},
        awardedBy=process,
        identifier=identifier(result.outcome, "outcome"),
        grade=_grade(result.value, tag, passed=result.passed),
        gradeStatus=concept("result", "passed" if result.passed else "failed"),
    )


def _activity(attainment: Attainment, process: dict[str, Any]) -> dict[str, Any] | None:
    days = instants(startDate=attainment.started_on, endDate=attainment.ended_on)
    hours = attainment.hours_spent
    if not days and hours is None:
        return None
    return node(
        "LearningActivity",
        title=words(attainment.achievement.name),
        awardedBy=process,
        temporal=node("PeriodOfTime", **days) if days else None,
        workload=None if hours is None else f"PT{hours}H",
    )


def _described(evidence: Evidence, tag: str) -> dict[str, Any]:
    return {
        "title": tagged(tag, evidence.name),
        "description": tagged(tag, evidence.description),
        "additionalNote": note(tagged(tag, evidence.narrative)),
        "dcType": concept("genre", evidence.genre) if evidence.genre else None,
    }


def _told(evidence: Evidence, tag: str) -> dict[str, Any]:
    """Return evidence that has no address of its own, as a note: a web resource must have one."""
    told: dict[str, Any] = {**_described(evidence, tag), "additionalNote": None}
    return node("Note", noteLiteral={tag: evidence.narrative}, subject=concept("note", "evidence"), **told)
