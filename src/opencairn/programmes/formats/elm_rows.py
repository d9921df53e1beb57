"""The European Learning Model v3, learning opportunities: reading the nodes of any publisher, wherever they stand."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from opencairn.engine.canonical.contexts import OWN_NAMESPACE
from opencairn.engine.formats.elm_vocabulary import ESCO_SKILL, ESCO_SKILLS, code_of
from opencairn.programmes.vocabulary import OFFERING_TYPES, VOCABULARIES

from .elm_tree import NO_CURRENCY, NOTED
from .found import Found
from .linked import Node, first, identity, many, nodes, one, pairs, types, value_of
from .recorded import made
from .row import ProviderFacts, Quality, Row
from .streams import Scratch

UNSTATED = "not-stated"  # how files of older versions of this program say that there is no country or currency
CURRENCY = "http://publications.europa.eu/resource/authority/currency/"
PARTNER = re.compile(r"(.*?)(?: \((https?://\S+)\))?", re.DOTALL)
TYPES = {term.uri: code for code, term in OFFERING_TYPES.items() if term.uri}


def keep(node: Node, number: int, scratch: Scratch) -> None:
    """Keep a node under its id, and every opportunity and what it has for parts."""
    if identity(node):
        scratch.keep("node", identity(node), number, node)
    if "LearningAchievement" in types(node):
        scratch.keep("achieved", identity(node) or str(number), number, node)
    if "LearningOpportunity" in types(node):
        scratch.keep("entry", identity(node) or str(number), number, node)
        for part in nodes(node, "hasPart"):
            scratch.keep("part", identity(part), number, _same(node))


def achieved(scratch: Scratch) -> Iterator[Row]:
    """Yield one row for what was achieved by each claim of a credential; of the learner nothing is read."""
    for number, _id, node in scratch.all("achieved"):
        yield made(number, node, lambda node, found: _Reading(scratch, found).claim(node), scratch)


def _same(node: Node) -> list[Any]:
    """Return what an opportunity and its runs have in common: the title, and what they lead to."""
    return [sorted(pairs(value_of(node, "title")), key=str), identity(first(node, "learningAchievementSpecification"))]


def rows(scratch: Scratch) -> Iterator[Row]:
    """Yield one row for each opportunity that is not a run of another one."""
    for number, id_, node in scratch.all("entry"):
        if not _is_run(id_, node, scratch):
            yield made(number, node, lambda node, found: _Reading(scratch, found).row(node), scratch)


def _is_run(id_: str, node: Node, scratch: Scratch) -> bool:
    """Whether an opportunity is part of another one of the same title that leads to the same achievement."""
    whole = scratch.named("part", id_)
    return whole is not None and whole == json.loads(json.dumps(_same(node), default=str))


class _Reading:
    """One opportunity: its nodes are looked up in what was kept of the file."""

    def __init__(self, scratch: Scratch, found: Found) -> None:
        self.scratch, self.found = scratch, found

    def whole(self, node: Node) -> Node:
        """Return the node itself, or the node of the file that it refers to."""
        if len(node) > 1 and set(node) - {"id", "@id"}:
            return node
        kept: Node | None = self.scratch.named("node", identity(node))
        return kept or node

    def first(self, node: Node, *names: str) -> Node:
        return self.whole(first(node, *names))

    def row(self, node: Node) -> dict[str, Any]:
        """Return the parts of the row."""
        spec = self.first(node, "learningAchievementSpecification")
        found, notes = self.found, [*nodes(node, "additionalNote"), *nodes(spec, "additionalNote")]
        summary = self.noted(notes, "summary")
        described = found.text(pairs(value_of(node, "description")), "description")
        hours = found.hours(one(value_of(spec, "volumeOfLearning")), "hours")
        page = one(value_of(first(node, "homepage"), "contentURL", "contentUrl"))
        runs = [
            self.run(node),
            *(self.run(self.whole(each), is_part=True) for each in nodes(node, "hasPart") if self.is_run(each, node)),
        ]
        assessments = [self.whole(each) for each in nodes(spec, "provenBy")]
        return {
            "source_id": identity(node),
            "provider": self.organisation(self.first(node, "providedBy")),
            "facts": {
                "title": found.text(pairs(value_of(node, "title")), "title"),
                "description": {} if described == summary else described,
                **{name: self.noted(notes, name) for name in NOTED},
                "summary": summary,
                "further_information": self.further(notes),
                "prerequisites": found.text(
                    pairs(value_of(first(spec, "entryRequirement"), "noteLiteral")), "prerequisites"
                ),
                "price_support": found.text(
                    [pair for each in nodes(node, "grant") for pair in pairs(value_of(each, "title"))], "price_support"
                ),
                "assessment": found.text(
                    [pair for each in assessments for pair in pairs(value_of(each, "description"))], "assessment"
                ),
                "assessment_types": self.codes(
                    "assessment", [each for one_ in assessments for each in nodes(one_, "dcType")]
                ),
                "homepage": "" if page == identity(node) else found.address(page, "homepage"),
                "weeks": found.weeks(one(value_of(node, "duration")), "weeks"),
                "hours": hours,
                "hours_most": found.hours_most(hours, found.whole(one(self.noted(notes, "hours_most")), "hours_most")),
                "languages": found.languages(self.languages(spec, notes)),
                "offering_type": self.offering_type(node),
                **self.coded(node, spec),
                **self.of_notes(notes),
            },
            "outcomes": [each for one_ in nodes(spec, "learningOutcome") if (each := self.outcome(self.whole(one_)))],
            "offerings": [each for each in runs if each],
            "awarding_bodies": [
                self.organisation(self.whole(body))
                for each in nodes(spec, "awardingOpportunity")
                for body in nodes(each, "awardingBody")
            ],
            "partners": list(self.partners(notes)),
            "quality": [self.quality(self.whole(each)) for each in nodes(spec, "accreditation")],
        }

    def claim(self, node: Node) -> dict[str, Any]:
        """Return the parts of the row that a claim stands for: what it is specified by, and who awards that."""
        spec = self.first(node, "specifiedBy") or node
        title = value_of(spec, "title") or value_of(node, "title")
        bodies = nodes(self.first(node, "awardedBy"), "awardingBody")
        parts = self.row({"@id": identity(spec), "title": title, "learningAchievementSpecification": spec})
        parts["facts"]["description"] = self.found.text(pairs(value_of(spec, "description")), "description")
        body = self.organisation(self.whole(bodies[0])) if bodies else ProviderFacts("")
        return parts | {"provider": body, "awarding_bodies": [body]}

    def is_run(self, part: Node, node: Node) -> bool:
        """Whether a part is a run of the opportunity."""
        return _same(self.whole(part)) == _same(node)

    def noted(self, notes: Iterable[Node], name: str) -> dict[str, str]:
        """Return the note about one of our terms."""
        about = name.replace("_", "-")
        texts = (
            value_of(each, "noteLiteral")
            for each in notes
            if code_of("note", identity(first(each, "subject"))) == about
        )
        return self.found.text(pairs(next(texts, None)), name)

    def further(self, notes: Iterable[Node]) -> dict[str, str]:
        """Return the notes about nothing of ours as one text."""
        literals = [
            value_of(each, "noteLiteral")
            for each in notes
            if not identity(first(each, "subject")).startswith((OWN_NAMESPACE, "http://data.europa.eu/snb/"))
        ]
        return self.found.text([pair for each in literals for pair in pairs(each)], "further_information")

    def of_notes(self, notes: list[Node]) -> dict[str, Any]:
        """Return what we say in notes that is no text in several languages."""
        abouts = [identity(first(each, "subject")) for each in notes]
        plain = {name: one(self.noted(notes, name)) for name in ("level_not_applicable", "signed_off_by")}
        days = {name: self.found.day(one(self.noted(notes, name)), name) for name in ("signed_off_on", "review_due_on")}
        quality = next((code for each in abouts if (code := code_of("quality-assurance", each))), "")
        supervision = next((code for each in abouts if (code := code_of("supervision", each))), "")
        return {**plain, **days, "quality_assurance": quality, "supervision": supervision}

    def partners(self, notes: Iterable[Node]) -> Iterator[dict[str, str]]:
        """Yield the partners that our notes name."""
        for each in notes:
            role = code_of("partner", identity(first(each, "subject")))
            parts = PARTNER.fullmatch(self.found.words(one(value_of(each, "noteLiteral")), "partners"))
            if role and parts:
                yield {"role": role, "name": parts[1], "url": parts[2] or ""}

    def codes(self, name: str, concepts: Iterable[Node]) -> list[str]:
        """Return our codes of concepts, once each; of those we have no code for a note is made."""
        kept: dict[str, None] = {}
        known = VOCABULARIES["assessment_types" if name == "assessment" else name]
        for each in concepts:
            code = code_of(name, identity(each))
            if code in known:
                kept[code] = None
            else:
                self.found.left_out(name, str(one(value_of(each, "prefLabel")) or identity(each))[:100])
        return list(kept)

    def coded(self, node: Node, spec: Node) -> dict[str, Any]:
        """Return what stands on lists."""
        found = self.found
        levels = [*nodes(spec, "eqfLevel", "EQFLevel"), *nodes(spec, "educationLevel")]
        eqf = [code for each in levels if (code := code_of("eqf", identity(each)))]
        others = [
            each for each in (*nodes(spec, "nqfLevel", "NQFLevel"), *levels) if not code_of("eqf", identity(each))
        ]
        labels = (one(value_of(each, "prefLabel")) or code_of("national-level", identity(each)) for each in others)
        modes = self.codes("participation", nodes(spec, "mode") or nodes(node, "mode"))
        if len(modes) > 1:
            found.left_out("participation", ", ".join(modes))
        points = [
            each
            for each in nodes(spec, "creditPoint")
            if code_of("credit", identity(first(each, "framework"))) == "ECTS"
        ]
        fields = [
            code for each in nodes(spec, "thematicArea", "ISCEDFCode") if (code := code_of("field", identity(each)))
        ]
        return {
            "eqf_level": int(eqf[0]) if eqf else None,
            "national_level": found.words(
                next((each for each in labels if each), ""), "national_level", longest="short"
            ),
            "participation": modes[0] if len(modes) == 1 else "",
            "ects": found.number(one(value_of(points[0], "point")), "ects") if points else None,
            "field_code": next(iter(fields), ""),
        }

    def languages(self, node: Node, notes: Iterable[Node]) -> Iterator[str]:
        """Yield the tags of languages: those of our note, else of concepts, whole where the tag stands beside one."""
        if said := one(self.noted(notes, "languages")):
            yield from said.split(", ")
            return
        for each in nodes(node, "language"):
            code, whole = code_of("language", identity(each)), str(one(value_of(each, "altLabel")))
            yield (
                whole if code and whole.partition("-")[0].lower() == code else code or identity(each).rpartition("/")[2]
            )

    def offering_type(self, node: Node) -> str:
        """Return the first kind that we have a code for."""
        uris = [identity(each) for each in nodes(node, "dcType")]
        return next((code for each in uris if (code := TYPES.get(each) or code_of("offering-type", each))), "")

    def outcome(self, node: Node) -> dict[str, Any] | None:
        """Return a learning outcome with its skills."""
        text = self.found.text(pairs(value_of(node, "title")), "outcomes")
        skills = [
            self.skill(self.whole(each)) for each in (*nodes(node, "relatedESCOSkill"), *nodes(node, "relatedSkill"))
        ]
        return {"text": text, "skills": [each for each in skills if each]} if text else None

    def skill(self, node: Node) -> dict[str, str] | None:
        """Return a skill; its framework is what the scheme or the notation names."""
        scheme = identity(first(node, "inScheme"))
        is_esco = scheme == ESCO_SKILLS or identity(node).startswith(ESCO_SKILL)
        framework = "ESCO" if is_esco else one(value_of(node, "notation"))
        return self.found.skill(identity(node), one(value_of(node, "prefLabel")), framework)

    def organisation(self, node: Node) -> ProviderFacts:
        """Return an organisation; its country is that of its first location."""
        name = self.found.words(
            one(value_of(node, "legalName", "prefLabel", "altLabel")), "provider", longest="provider"
        )
        concept = first(self.first(self.first(node, "location"), "address"), "countryCode")
        code = code_of("country", identity(concept)) or identity(concept)
        country = "" if code == UNSTATED else self.found.country(code, "provider.country")
        url = one(value_of(first(node, "homepage"), "contentURL", "contentUrl"))
        url = url or one(self.noted(nodes(node, "additionalNote"), "homepage"))
        return ProviderFacts(name, country, self.found.address(url, "provider.url"))

    def quality(self, node: Node) -> Quality:
        """Return what the file says was decided."""
        kind = identity(first(node, "dcType"))
        return Quality(
            code_of("accreditation", kind) or code_of("quality-assurance", kind),
            self.organisation(self.first(node, "accreditingAgent")),
            self.found.words(one(value_of(first(node, "identifier"), "notation")), "quality.number"),
            self.found.address(one(value_of(first(node, "landingPage"), "contentURL", "contentUrl")), "quality.url"),
            self.found.day(one(value_of(node, "valid")), "quality.first_on"),
            self.found.day(one(value_of(node, "expiryDate")), "quality.last_on"),
        )

    def run(self, node: Node, *, is_part: bool = False) -> dict[str, Any] | None:
        """Return the dated run that an opportunity is; None where it states nothing of one."""
        found = self.found
        period, price = first(node, "temporal"), first(node, "priceDetail")
        activity = self.first(node, "learningActivitySpecification")
        beside = nodes(activity, "additionalNote")
        run = found.run(
            starts_on=found.day(one(value_of(period, "startDate")), "starts_on"),
            ends_on=found.day(one(value_of(period, "endDate")), "ends_on"),
            enrol_until=found.day(one(many(node, "applicationDeadline")[:1]), "enrol_until"),
            place=self.place(self.first(node, "location")),
            languages=found.languages(self.languages(activity, beside)),
            schedule=found.text(pairs(value_of(first(node, "scheduleInformation"), "noteLiteral")), "schedule"),
            capacity=found.whole(one(self.noted(beside, "capacity")), "capacity"),
            **self.price(price),
        )
        return run if run or (run is not None and is_part) else None

    def place(self, node: Node) -> str:
        """Return the name of a place, else its whole address."""
        address = self.first(node, "address")
        words = one(value_of(node, "geographicName")) or one(value_of(first(address, "fullAddress"), "noteLiteral"))
        return self.found.words(words, "place", longest="short")

    def price(self, node: Node) -> dict[str, Any]:
        """Return price and currency."""
        amount = first(node, "amount")
        unit = identity(first(amount, "unit"))
        code = unit.removeprefix(CURRENCY) if unit.startswith(CURRENCY) else unquote(code_of("currency", unit))
        return self.found.price(one(value_of(amount, "value")), "" if code in (NO_CURRENCY, UNSTATED) else code)
