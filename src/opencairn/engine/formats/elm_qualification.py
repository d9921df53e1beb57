"""The European Learning Model v3: reading what there was to achieve, its organisations and its quality assurance."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from opencairn.engine.canonical.contexts import OWN_NAMESPACE
from opencairn.engine.canonical.literals import IRI, LANGUAGE
from opencairn.engine.model import Accreditation, Achievement, Issuer, Outcome, Related, Skill, Text

from .elm_achievement import NOTED
from .elm_values import (
    Fields,
    code,
    day,
    first,
    identity,
    in_one_language,
    many,
    missing,
    number,
    plain,
    string,
    text,
    whole_hours,
)
from .elm_vocabulary import ESCO, ESCO_SKILLS, NUTS, code_of

_OWN_SKILLS = f"{OWN_NAMESPACE}skills:"
_QUALITY = f"{OWN_NAMESPACE}quality-assurance:"


def achievement(document: Fields, claim: Fields) -> Achievement:
    """Return what there was to achieve: what the claim is specified by, else the claim itself."""
    spec = first(claim, "specifiedBy") or claim
    name = text(spec, "title") or text(claim, "title")
    if not (string(spec, "id") and name):
        raise missing("specifiedBy")
    accredited = _accreditation(document, claim, spec)
    assessments = many(claim, "provenBy")
    specified = [*many(spec, "provenBy"), *(first(each, "specifiedBy") for each in assessments)]
    others = [string(each, "notation") for each in many(spec, "identifier") if "schemeId" not in each]
    found = Achievement(
        id=string(spec, "id"),
        version=by_scheme(spec, "version"),
        name=name,
        description=text(spec, "description"),
        criteria=note_about(spec, "criteria"),
        outcomes=tuple(_outcome(each) for each in many(spec, "learningOutcome")),
        human_code=by_scheme(spec, "human-code") or next((each for each in others if not IRI.fullmatch(each)), ""),
        ects=_ects(spec),
        hours=whole_hours(spec, "volumeOfLearning"),
        assessment_types=_codes("assessment", (first(each, "dcType") for each in specified)),
        participation=_participation(spec, claim),
        quality_assurance=_quality(spec) or (accredited.kind if accredited else ""),
        prerequisites=text(first(spec, "entryRequirement"), "noteLiteral"),
        supervision=next(iter(_codes("supervision", (first(each, "idVerification") for each in assessments))), ""),
        grading_scheme=_grading(specified),
        further_information=_further(spec),
        languages=tuple(_language(each) for each in many(spec, "language")),
        designer=organisation(first(spec, "creator")) if "creator" in spec else None,
        outcome_summary=text(first(spec, "learningOutcomeSummary"), "noteLiteral"),
        learning_setting=code("setting", first(spec, "learningSetting")),
        related=_related(spec),
        identifiers=tuple(each for each in others if IRI.fullmatch(each)),
        homepage=string(first(spec, "homepage"), "contentURL"),
        accreditation=accredited,
        **_levels(spec),
        **_picture(spec),
    )
    level = note_about(spec, "level-not-applicable")
    noted: dict[str, Any] = {name: note_about(spec, name.replace("_", "-")) for name in NOTED}
    return replace(found, **noted, level_not_applicable=in_one_language(level), recognition=_recognition(spec))


def organisation(fields: Fields) -> Issuer:
    """Return an organisation. The country is that of its first location."""
    location = first(fields, "location")
    region = string(first(location, "spatialCode"), "id")
    mail = string(first(first(fields, "contactPoint"), "emailAddress"), "id")
    return Issuer(
        id=identity(fields),
        name=plain(fields, "legalName"),
        country=code("country", first(first(location, "address"), "countryCode")),
        url=string(first(fields, "homepage"), "contentURL"),
        email=unquote(mail.removeprefix("mailto:")),
        region=unquote(region.removeprefix(NUTS)) if region.startswith(NUTS) else "",
        legal_identifier=string(first(fields, "eIDASIdentifier"), "notation"),
    )


def by_scheme(fields: Fields, scheme: str) -> str:
    """Return the identifier of one kind of ours, "" where there is none."""
    wanted = OWN_NAMESPACE + scheme
    return next(
        (string(each, "notation") for each in many(fields, "identifier") if string(each, "schemeId") == wanted), ""
    )


def note_about(fields: Fields, about: str) -> Text:
    """Return the note about one of our terms, empty where there is none."""
    return next(
        (
            text(each, "noteLiteral")
            for each in many(fields, "additionalNote")
            if code_of("note", string(first(each, "subject"), "id")) == about
        ),
        {},
    )


def _further(spec: Fields) -> Text:
    """Return the notes about nothing in particular as one text."""
    found: dict[str, str] = {}
    for each in many(spec, "additionalNote"):
        if "subject" not in each:
            for tag, words in text(each, "noteLiteral").items():
                found[tag] = f"{found[tag]}\n{words}" if tag in found else words
    return found


def _codes(name: str, concepts: Iterable[Fields]) -> tuple[str, ...]:
    """Return the codes of concepts, once each."""
    return tuple(dict.fromkeys(found for each in concepts if (found := code(name, each))))


def _outcome(fields: Fields) -> Outcome:
    esco = tuple(_skill(each) for each in many(fields, "relatedESCOSkill"))
    return Outcome(
        id=identity(fields),
        text=text(fields, "title"),
        skills=esco + tuple(_skill(each) for each in many(fields, "relatedSkill")),
    )


def _skill(fields: Fields) -> Skill:
    scheme = string(first(fields, "inScheme"), "id")
    framework = ESCO if scheme == ESCO_SKILLS else unquote(scheme.removeprefix(_OWN_SKILLS))
    return Skill(uri=string(fields, "id"), label=plain(fields, "prefLabel"), framework=framework)


def _ects(spec: Fields) -> Any:
    points = [each for each in many(spec, "creditPoint") if code("credit", first(each, "framework")) == "ECTS"]
    return number(points[0], "point") if points else None


def _levels(spec: Fields) -> dict[str, Any]:
    eqf = code_of("eqf", string(first(spec, "eqfLevel"), "id"))
    others = [string(each, "id") for each in many(spec, "educationLevel")]
    cycles = [found for each in others if (found := code_of("cycle", each))]
    national = [found for each in others if (found := code_of("national-level", each))]
    return {
        "eqf_level": int(eqf) if eqf in "12345678" and len(eqf) == 1 else None,
        "national_level": plain(first(spec, "nqfLevel"), "prefLabel") or next(iter(national), ""),
        "cycle": next(iter(cycles), ""),
        "field_of_study": code_of("field", string(first(spec, "thematicArea"), "id")),
    }


def _participation(spec: Fields, claim: Fields) -> str:
    activity = first(first(claim, "influencedBy"), "specifiedBy")
    return code("participation", first(spec, "mode") or first(activity, "mode"))


def _quality(spec: Fields) -> str:
    """Return the kind of quality assurance that our own note names."""
    abouts = [string(first(each, "subject"), "id") for each in many(spec, "additionalNote")]
    return next((code_of("quality-assurance", each) for each in abouts if each.startswith(_QUALITY)), "")


def _grading(specified: list[Fields]) -> Text:
    schemes = [first(each, "gradingScheme") for each in specified]
    return next((text(each, "description") or text(each, "title") for each in schemes if each), {})


def _language(fields: Fields) -> str:
    """Return the BCP 47 tag: the whole one where it stands beside the concept of the language as another label."""
    found, whole = code("language", fields), plain(fields, "altLabel")
    is_whole = LANGUAGE.fullmatch(whole) and whole.partition("-")[0].lower() == found
    return whole if is_whole else found


def _related(spec: Fields) -> tuple[Related, ...]:
    wholes = [(each, "part-of") for each in many(spec, "isPartOf")]
    next_ = [(each, "leads-to") for each in many(spec, "entitlesTo") if not _is_recognition(each)]
    return tuple(
        Related(id=identity(each), name=plain(each, "title"), kind="part-of" if kind == "part-of" else "leads-to")
        for each, kind in (*wholes, *next_)
    )


def _is_recognition(entitlement: Fields) -> bool:
    return code_of("entitlement-kind", string(first(entitlement, "dcType"), "id")) == "recognition"


def _recognition(spec: Fields) -> Text:
    return next((text(each, "title") for each in many(spec, "entitlesTo") if _is_recognition(each)), {})


def _picture(spec: Fields) -> dict[str, Any]:
    for each in many(spec, "supplementaryDocument"):
        if code_of("document", string(first(each, "dcType"), "id")) == "image":
            return {"image": string(each, "contentURL"), "image_caption": plain(each, "title")}
    return {}


def _accreditation(document: Fields, claim: Fields, spec: Fields) -> Accreditation | None:
    """Return the first decision of quality assurance, of the programme or of who awards; licences are none."""
    bodies = [first(first(claim, "awardedBy"), "awardingBody"), first(document, "issuer")]
    for each in (spec, *bodies, *many(document, "evidence")):
        for decided in many(each, "accreditation"):
            kind = code_of("accreditation", string(first(decided, "dcType"), "id"))
            if kind:
                return Accreditation(
                    id=identity(decided),
                    title=text(decided, "title"),
                    kind=kind,
                    agent=organisation(first(decided, "accreditingAgent")),
                    decision=code("decision", first(decided, "decision")),
                    valid_from=day(decided, "valid") or day(decided, "dateIssued"),
                    valid_until=day(decided, "expiryDate"),
                )
    return None
