"""The European Learning Model v3, learning opportunities: a description as a tree of nodes, for JSON-LD and for XML.

The profile (LOQ, DG EMPL) is closed: what it has no property for is a note about a term of ours, as in credentials. So
is what has no code on a list of the EU where the profile takes nothing else (LOQ-mdr), such as a rare language. A
programme with one run is one LearningOpportunity; with several, each run is a part of it that leads to the same.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from opencairn.engine.formats.elm_nodes import listed, node, note, resource, tagged, words
from opencairn.engine.formats.elm_vocabulary import (
    ESCO_SKILL,
    concept,
    is_listed,
    is_national_level,
    language,
    national_level,
)
from opencairn.kit.text import pick
from opencairn.programmes import vocabulary

from .ctdl import agent_id
from .found import instant
from .row import Description, ProviderFacts, Quality

Tree = dict[str, Any]

NOTED = (
    "summary", "plain_summary", "participation_note", "quality_assurance_note", "grading", "stackability",
    "inherent_requirements", "certification",
)  # fmt: skip
"""The texts that the profile has no property for."""
CURRENCY = "http://publications.europa.eu/resource/authority/currency"
TITLE_OF_ASSESSMENT = {"en": "Assessment"}
NO_CURRENCY = "X" * 3  # what is free may have none: the code of the authority table where none is involved


def opportunity(what: Description) -> Tree:
    """Return the LearningOpportunity, its runs within. What can be referred to has an id."""
    facts = what.facts
    provider = _organisation(what.provider)
    specification = _specification(what)
    shared: Tree = {
        "providedBy": provider,
        "defaultLanguage": language(_default(what)),
        "homepage": resource(facts.get("homepage") or what.url),
        "learningAchievementSpecification": specification,
    }
    one = what.offerings[0] if len(what.offerings) == 1 else None
    parts = [] if one else [_run(each, what, shared) for each in what.offerings]
    return node(
        "LearningOpportunity",
        id_=what.url,
        identifier=node("Identifier", notation=str(what.version), schemeName="version"),
        title=words(facts["title"]),
        description=words(facts.get("description") or facts.get("summary") or {}),
        dcType=_type(facts.get("offering_type") or ""),
        mode=_mode(facts),
        duration=f"P{facts['weeks'] * 7}D" if facts.get("weeks") else None,
        grant=node("Grant", title=words(facts["price_support"])) if facts.get("price_support") else None,
        additionalNote=_notes(what),
        modified=what.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=what.published_as,
        hasPart=parts,
        **shared,
        **(_dates(one, what, what.url) if one else {}),
    )


def missing(what: Description) -> tuple[str, ...]:
    """Return what the profile demands and the description does not state."""
    spoken = what.facts.get("languages")
    asked = {
        "languages": spoken,
        "field_code": what.facts.get("field_code"),
        "learning_outcomes": what.outcomes,
        "country": is_listed("country", what.provider.country),
        "listed_language": not spoken or _listed_languages(spoken),
        "default_language": _default(what),
    }
    return tuple(each for each, value in asked.items() if not value)


def _listed_languages(tags: Iterable[str] | None) -> list[str]:
    """The languages that the list of the EU has a code for: the profile takes no others."""
    return [each for each in tags or () if is_listed("language", each.partition("-")[0].lower())]


def _others(tags: list[str] | None) -> Tree | None:
    """Return all languages as a note where one of them has no code on the list of the EU."""
    said = {"en": ", ".join(tags or ())} if _listed_languages(tags) != (tags or []) else None
    return note(said, concept("note", "languages"))


def _main(what: Description) -> str:
    """The language of plain words: the first language of teaching that the title stands in, else that of the title."""
    return pick(what.facts["title"], [*(what.facts.get("languages") or ()), "en"])[0]


def _default(what: Description) -> str:
    """The language that counts if others differ: that of plain words, else of the title, of those on the list."""
    return next(iter(_listed_languages([_main(what), *what.facts["title"]])), "")


def _agent(who: ProviderFacts) -> Tree:
    """Return who awards. The profile wants a country of every Organisation; whoever states none is an Agent."""
    if is_listed("country", who.country):
        return _organisation(who)
    said = note({"en": who.url}, concept("note", "homepage")) if who.url else None
    id_ = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{who.name}/{who.url}')}"  # its address may be that of an Organisation
    return node("Agent", id_=id_, prefLabel={"en": who.name}, additionalNote=listed(said))


def _organisation(who: ProviderFacts) -> Tree:
    id_ = agent_id(who)
    return node(
        "Organisation",
        id_=id_,
        legalName={"en": who.name},
        homepage=resource(who.url),
        location=node("Location", id_=f"{id_}#location", address=_address(who.country)),
    )


def _address(country: str) -> Tree:
    return node("Address", countryCode=concept("country", country))


def _type(code: str) -> Tree | None:
    if not code:
        return None
    uri = vocabulary.uri("offering_type", code)
    scheme = {"inScheme": {"id": "http://data.europa.eu/snb/learning-opportunity/25831c2", "type": "ConceptScheme"}}
    label = {"prefLabel": {"en": code}}
    return {"id": uri, "type": "Concept", **scheme, **label} if uri else concept("offering-type", code)


def _mode(facts: Mapping[str, Any]) -> Tree | None:
    return concept("participation", facts["participation"]) if facts.get("participation") else None


def _specification(what: Description) -> Tree:
    facts = what.facts
    national = facts.get("national_level") or ""
    is_qualification = bool(facts.get("eqf_level")) and is_national_level(national)
    eqf = concept("eqf", str(facts["eqf_level"])) if facts.get("eqf_level") else None
    own = national_level(national) if national else None
    levels = {"eqfLevel": eqf, "nqfLevel": own} if is_qualification else {"educationLevel": listed(eqf, own)}
    id_ = f"{what.url}#achievement"
    return node(
        "Qualification" if is_qualification else "LearningAchievementSpecification",
        id_=id_,
        title=words(facts["title"]),
        thematicArea=concept("field", facts["field_code"]) if facts.get("field_code") else None,
        volumeOfLearning=f"PT{facts['hours']}H" if facts.get("hours") else None,
        creditPoint=_credits(facts),
        language=[language(each) for each in _listed_languages(facts.get("languages"))],
        mode=_mode(facts),
        entryRequirement=note(facts.get("prerequisites")),
        learningOutcome=[_outcome(each, f"{what.url}#outcome-{n}") for n, each in enumerate(what.outcomes, start=1)],
        provenBy=_assessments(facts, f"{what.url}#assessment"),
        awardingOpportunity=_awarding(what, id_),
        accreditation=[
            _accreditation(each, n, what)
            for n, each in enumerate(what.quality, start=1)
            if is_qualification and is_listed("accreditation", each.kind) and is_listed("country", each.body.country)
        ],
        **levels,
    )


def _credits(facts: Mapping[str, Any]) -> Tree | None:
    if facts.get("ects") is None:
        return None
    return node("CreditPoint", framework=concept("credit", "ECTS"), point=f"{facts['ects']:f}")


def _outcome(outcome: Mapping[str, Any], id_: str) -> Tree:
    skills = outcome.get("skills") or ()
    return node(
        "LearningOutcome",
        id_=id_,
        title=words(outcome["text"]),
        relatedESCOSkill=[_skill(each) for each in skills if each["uri"].startswith(ESCO_SKILL)],
        relatedSkill=[_skill(each) for each in skills if not each["uri"].startswith(ESCO_SKILL)],
    )


def _skill(skill: Mapping[str, str]) -> Tree:
    """Return a skill. One of ESCO names no scheme: LOQ-mdr wants one that begins in a way that ESCO's does not."""
    framework = "" if skill["uri"].startswith(ESCO_SKILL) else skill.get("framework") or ""
    within = {"notation": framework} if framework else {}
    return {"id": skill["uri"], "type": "Concept", "prefLabel": {"en": skill["label"]}, **within}


def _assessments(facts: Mapping[str, Any], id_: str) -> list[Tree]:
    """Return one assessment of all its kinds; the words about it are its description."""
    kinds, about = facts.get("assessment_types") or [], facts.get("assessment") or {}
    if not (kinds or about):
        return []
    return [
        node(
            "LearningAssessmentSpecification",
            id_=id_,
            title=TITLE_OF_ASSESSMENT,
            description=words(about),
            dcType=[concept("assessment", each) for each in kinds],
        )
    ]


def _awarding(what: Description, id_: str) -> Tree | None:
    bodies = [_agent(each) for each in what.awarding_bodies]
    return (
        node("AwardingOpportunity", awardingBody=bodies, learningAchievementSpecification={"id": id_})
        if bodies
        else None
    )


def _accreditation(decided: Quality, number: int, what: Description) -> Tree:
    return node(
        "Accreditation",
        id_=decided.url or f"{what.url}#accreditation-{number}",
        identifier=node("Identifier", notation=decided.number) if decided.number else None,
        title={"en": decided.number or "Accreditation"},
        dcType=concept("accreditation", decided.kind),
        organisation=_organisation(what.provider),
        accreditingAgent=_organisation(decided.body),
        valid=instant(decided.first_on) if decided.first_on else None,
        expiryDate=instant(decided.last_on) if decided.last_on else None,
        landingPage=resource(decided.url),
    )


def _notes(what: Description) -> list[Tree]:
    """Return what the profile has no property for, each thing as a note about a term of ours."""
    facts, tag = what.facts, _main(what)
    texts = [note(facts.get(each), concept("note", each.replace("_", "-"))) for each in NOTED]
    coded = [
        note(
            {"en": str(vocabulary.VOCABULARIES[each][facts[each]].label)}, concept(each.replace("_", "-"), facts[each])
        )
        for each in ("quality_assurance", "supervision")
        if facts.get(each)
    ]
    plain = ("level_not_applicable", "signed_off_by", "signed_off_on", "review_due_on", "hours_most")
    said = [
        note(tagged(tag, str(facts[each])), concept("note", each.replace("_", "-")))
        for each in plain
        if facts.get(each)
    ]
    partners = [note({tag: _named(each)}, concept("partner", each["role"])) for each in what.partners]
    listed_ = [
        note({tag: _listed(each)}, concept("note", name.replace("_", "-")))
        for name in ("need", "vendor_standards")
        for each in facts.get(name) or ()
    ]
    more = note(facts.get("further_information"))
    return listed(*texts, more, *coded, *said, *partners, *listed_, _others(facts.get("languages")))


def _named(partner: Mapping[str, str]) -> str:
    return f"{partner['name']} ({partner['url']})" if partner.get("url") else partner["name"]


def _listed(part: Mapping[str, Any]) -> str:
    """An entry of a list in words, for people to read."""
    return "; ".join(str(value) for value in part.values() if value)


def _dates(run: Mapping[str, Any], what: Description, id_: str) -> Tree:
    starts, ends, price = run.get("starts_on"), run.get("ends_on"), run.get("price")
    period: dict[str, Any] = {
        "startDate": instant(starts) if starts else None,
        "endDate": instant(ends) if ends else None,
    }
    place = run.get("place")
    return {
        "temporal": node("PeriodOfTime", **period) if starts or ends else None,
        "applicationDeadline": instant(run["enrol_until"]) if run.get("enrol_until") else None,
        "location": node(
            "Location", id_=f"{id_}#location", geographicName={"en": place}, address=_address(what.provider.country)
        )
        if place
        else None,
        "scheduleInformation": note(run.get("schedule")),
        "priceDetail": node("PriceDetail", amount=_amount(price, run.get("currency") or ""))
        if price is not None
        else None,
        "learningActivitySpecification": _activity(run, what, f"{id_}#activity"),
    }


def _activity(run: Mapping[str, Any], what: Description, id_: str) -> Tree | None:
    """Return the languages of a run, and how many can take part, as the profile knows them only of an activity."""
    places = {"en": str(run["capacity"])} if run.get("capacity") else None
    if not (run.get("languages") or places):
        return None
    return node(
        "LearningActivitySpecification",
        id_=id_,
        title=words(what.facts["title"]),
        language=[language(each) for each in _listed_languages(run.get("languages"))],
        additionalNote=listed(note(places, concept("note", "capacity")), _others(run.get("languages"))),
    )


def _amount(price: Any, currency: str) -> Tree:
    unit: Tree = {
        "id": f"{CURRENCY}/{currency or NO_CURRENCY}",
        "type": "Concept",
        "inScheme": {"id": CURRENCY, "type": "ConceptScheme"},
    }
    return node("Amount", unit=unit, value=f"{price:f}")


def _run(run: Mapping[str, Any], what: Description, shared: Tree) -> Tree:
    reference = {"id": shared["learningAchievementSpecification"]["id"]}
    own = {**shared, "learningAchievementSpecification": reference}
    id_ = f"{what.url}#run-{run['id']}"
    return node("LearningOpportunity", id_=id_, title=words(what.facts["title"]), **own, **_dates(run, what, id_))
