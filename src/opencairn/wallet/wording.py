"""Turns a signed credential, and what a check of it finds, into words. What it states comes from the document itself.

The register adds who accredited the programme on the day of the award; the programme's frozen description adds the
title in a second language and the stone.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from opencairn.credentials import words
from opencairn.credentials.models import Credential
from opencairn.credentials.verification import verify_text
from opencairn.engine.formats import open_badge_3
from opencairn.engine.model import Achievement, Attainment, Text
from opencairn.kit.locales import locale_of
from opencairn.kit.text import pick
from opencairn.programmes import queries as programmes
from opencairn.programmes import stones, vocabulary
from opencairn.programmes.models import ProgrammeVersion
from opencairn.quality import queries as quality

from .queries import version_of
from .sheet import Fact, Said, Sheet, Words


def sheet_of(credential: Credential) -> Sheet:
    """Return what a credential of this site says, in the language of the moment."""
    document = json.loads(credential.document)
    said, version = open_badge_3.read(document), version_of(credential)
    language = get_language() or "en"
    titles = {**(version.title if version else {}), **said.achievement.name}
    title = pick(titles, [language, "en"])
    issuer, proof = said.issuer.name, _proof(document)
    return Sheet(
        language=language,
        seed=str(credential.programme_id),
        holder=said.learner.name,
        issuer=issuer,
        place=country(said.issuer.country),
        title=_words(title),
        other_title=_other(titles, title),
        outcomes=tuple(_words(pick(outcome.text, [language, "en"])) for outcome in said.achievement.outcomes),
        facts=_facts(said, version),
        said=_sentences(said),
        awarded_on=said.awarded_on,
        valid_until=said.valid_until.date() if said.valid_until else None,
        suite=proof[0],
        key=proof[1],
        stone=stone_svg(version) if version else "",
        warnings=_warnings(credential),
    )


def stone_svg(version: ProgrammeVersion) -> str:
    """Return the stone of a description as SVG, drawn as earned."""
    return stones.draw(programmes.stone_of(version))


@dataclass(frozen=True)
class Finding:
    """One step of a verification in the reader's words."""

    name: str
    outcome: str
    why: str


@dataclass(frozen=True)
class Checked:
    """A verification in the reader's words: the answer first, then what was looked at."""

    verdict: str
    outcome: str
    headline: str
    findings: tuple[Finding, ...]
    checked_at: datetime


def checked(credential: Credential, *, at: datetime) -> Checked:
    """Verify a credential as anyone would, and say what was found."""
    report = verify_text(credential.document.encode(), at=at)
    outcome = {"valid": "pass", "invalid": "fail", "not-a-credential": "fail"}.get(report.verdict, "unknown")
    return Checked(
        verdict=str(words.VERDICTS[report.verdict]),
        outcome=outcome,
        headline=words.headline(report),
        findings=tuple(
            Finding(words.step_name(step.name), step.outcome, words.sentence(step)) for step in report.steps
        ),
        checked_at=report.checked_at,
    )


def country(code: str) -> str:
    """Return a country's name in the reader's language, the code itself where it has none."""
    return str(locale_of(get_language()).territories.get(code, code))


def _warnings(credential: Credential) -> tuple[str, ...]:
    """What the paper has to say before all else: a certificate of a revoked credential never looks like a good one."""
    if credential.revoked_at is None:
        return ()
    if credential.replaced_at is not None:
        day = date_format(credential.replaced_at)
        return (_("Corrected on %(day)s: another took its place. Do not rely on this paper.") % {"day": day},)
    return (_("Revoked on %(day)s. Do not rely on this paper.") % {"day": date_format(credential.revoked_at)},)


def _words(picked: tuple[str, str]) -> Words:
    return Words(picked[1], picked[0])


def _other(titles: Text, chosen: tuple[str, str]) -> Words | None:
    others = ((tag, words) for tag, words in titles.items() if tag != chosen[0] and words.strip())
    return next((Words(words, tag) for tag, words in others if words != chosen[1]), None)


def _proof(document: dict[str, object]) -> tuple[str, str]:
    """The signature's suite, and the end of the key's name, for people to compare."""
    proofs = document.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and proofs else proofs
    if not isinstance(proof, dict):
        return "", ""
    key = str(proof.get("verificationMethod", "")).rsplit("#", 1)[-1].rsplit(":", 1)[-1]
    return str(proof.get("cryptosuite", "")), f"{key[:10]}…{key[-6:]}" if len(key) > 20 else key


def _sentences(said: Attainment) -> Said:
    count = len(said.achievement.outcomes)
    all_met = count and all(result.passed for result in said.results)
    met = ngettext("has met the one learning outcome of", "has met all %(count)s learning outcomes of", count) % {
        "count": apnumber(count)
    }
    return Said(
        kind=_("Certificate of a micro-credential"),
        certifies=_("%(issuer)s certifies that") % {"issuer": said.issuer.name},
        achieved=met if all_met else _("has achieved"),
        signed=_("Signed electronically by %(issuer)s") % {"issuer": said.issuer.name},
        check=_("Check it at"),
        missing=_("This PDF has no letters for part of a name. The attached credential holds the name exactly."),
        continued=_("Learning outcomes"),
        see_next=_("The learning outcomes follow on the next page."),
    )


def _facts(said: Attainment, version: ProgrammeVersion | None) -> tuple[Fact, ...]:
    what = said.achievement
    stackability = pick(what.stackability, [get_language() or "en", "en"])[1]
    assessed = [vocabulary.label("assessment_types", code) for code in what.assessment_types]
    if what.supervision:
        assessed.append(vocabulary.label("supervision", what.supervision))
    facts = [
        Fact(_("Workload"), _workload(what.ects, what.hours)),
        Fact(_("Level"), _level(what)),
        Fact(_("Grade"), said.grade),
        Fact(_("Awarded on"), date_format(said.awarded_on)),
        Fact(_("Assessment"), "; ".join(assessed)),
        Fact(_("Participation"), vocabulary.label("participation", what.participation) if what.participation else ""),
        Fact(_("Quality assurance"), _quality(what, version, said.awarded_on)),
        Fact(_("Awarded in"), country(said.issuer.country)),
        Fact(_("Stackability"), stackability),
        Fact(_("Valid until"), date_format(said.valid_until.date()) if said.valid_until else ""),
        Fact(_("Achieved by"), _("Recognised prior learning") if said.prior_learning else ""),
    ]
    optional = {_("Grade"), _("Stackability"), _("Valid until"), _("Achieved by")}
    return tuple(fact for fact in facts if fact.value or fact.label not in optional)


def _workload(ects: Decimal | None, hours: int | None) -> str:
    load = number_format(ects.normalize() if ects % 1 else int(ects)) if ects is not None else ""
    facts = {"ects": load, "hours": number_format(hours) if hours is not None else ""}
    if ects is not None and hours is not None:
        return _("%(ects)s ECTS, %(hours)s hours") % facts
    if ects is not None:
        return _("%(ects)s ECTS") % facts
    return _("%(hours)s hours") % facts if hours is not None else ""


def _level(what: Achievement) -> str:
    if what.eqf_level is None:
        return _("Does not apply") if what.level_not_applicable else what.national_level
    level = _("EQF %(level)s") % {"level": what.eqf_level}
    return f"{level}, {what.national_level}" if what.national_level else level


def _quality(what: Achievement, version: ProgrammeVersion | None, day: date) -> str:
    """Who had accredited the programme on the day of the award, else the kind of quality assurance it states."""
    if version:
        standing = quality.standing_as_described(version, day)
        if standing.accredited and standing.decision:
            facts = {"body": standing.decision.quality_body.name, "number": standing.decision.number}
            return _("Accredited by %(body)s, decision %(number)s") % facts
    return vocabulary.label("quality_assurance", what.quality_assurance) if what.quality_assurance else ""
