"""The verification desk's sentences: one for each code of the engine's steps and the register's answers.

A code without a sentence here is said in the step's own English words, never left out.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.engine.report import Report, Step

from .sentences import SENTENCES

STEPS: Mapping[str, Any] = {
    "format": __("File and contents"),
    "signature": __("Signature"),
    "dates": __("Dates"),
    "status": __("Revocation"),
    "issuer": __("Issuer"),
    "accredited-on-award-date": __("Accredited when awarded"),
    "accredited-today": __("Accredited today"),
    "log-inclusion": __("Transparency log"),
    "awarding-body": __("Awarding body"),
    "endorsements": __("Endorsements"),
    "superseded-by": __("Newest version"),
}

VERDICTS: Mapping[str, Any] = {
    "valid": __("Valid"),
    "invalid": __("Not valid"),
    "unknown": __("Could not be decided"),
    "unsupported": __("A kind we cannot read"),
    "not-a-credential": __("Not a credential"),
}

ELEMENTS: Mapping[str, Any] = {
    "learner": __("Identification of the learner"),
    "title": __("Title of the micro-credential"),
    "issuer_country": __("Country or region of the issuer"),
    "awarding_body": __("Awarding body"),
    "issued_on": __("Date of issuing"),
    "learning_outcomes": __("Learning outcomes"),
    "workload": __("Workload, in ECTS credits or hours"),
    "level": __("Level, or why none applies"),
    "assessment": __("Type of assessment"),
    "participation": __("Form of participation"),
    "quality_assurance": __("Type of quality assurance"),
}

SINCE: Mapping[str, Any] = {
    "accredited-suspended": __("Suspended since %(since)s"),
    "accredited-withdrawn": __("Accreditation withdrawn on %(since)s"),
    "accredited-expired": __("Accreditation ended before %(since)s"),
}


def step_name(name: str) -> str:
    """Return the heading of a step; an unknown one stays as it is."""
    return str(STEPS.get(name, name))


def element_name(key: str) -> str:
    """Return an Annex I element in words; an unknown one stays as it is."""
    return str(ELEMENTS.get(key, key))


def sentence(step: Step) -> str:
    """Return what a step found, in the reader's language where there is a sentence for its code."""
    return _filled(SENTENCES.get(step.code), step) or step.why


def language_of(step: Step) -> str:
    """Return "en" where only the engine's own English words can say what a step found, else ""."""
    return "" if _filled(SENTENCES.get(step.code), step) else "en"


def since(step: Step) -> str:
    """Return what has changed since, in a few words; "" where the step says nothing of the kind."""
    return _filled(SINCE.get(step.code), step)


def _filled(words: Any, step: Step) -> str:
    try:
        return str(words) % _shown(step) if words else ""
    except KeyError:  # the step brought fewer facts than the sentence needs
        return ""


def _shown(step: Step) -> dict[str, str]:
    return {name: _as_read(value) for name, value in step.facts}


def _as_read(value: str) -> str:
    """Dates as people read them; everything else as it is."""
    try:
        return date_format(date.fromisoformat(value)) if len(value) == 10 else _instant(value)
    except ValueError:
        return value


def _instant(value: str) -> str:
    if len(value) < 19 or "T" not in value:
        return value
    at = datetime.fromisoformat(value)
    return date_format(at) + _(", %(time)s UTC") % {"time": at.strftime("%H:%M")} if is_aware(at) else value


def headline(report: Report) -> str:
    """Answer the visitor's question in one sentence: whether it is genuine."""
    if warning := _of_another(report) or _doubtful(report):
        return warning
    if report.verdict == "valid":
        return _valid(report)
    if report.verdict == "invalid":
        return _invalid(report)
    if report.verdict == "unsupported":
        return _("This is a kind of credential that we cannot read.")
    if report.verdict == "not-a-credential":
        return _("This is not a credential.")
    return _("We could not find out whether this is genuine.")


def _of_another(report: Report) -> str:
    """Warn of a document that is well signed, but names a course of someone who did not sign it."""
    step = report.step("accredited-on-award-date")
    if report.verdict not in {"valid", "unknown"} or step is None or step.code != "programme-of-another":
        return ""
    return _("Do not rely on it: it names a course of %(name)s, who did not sign it.") % dict(step.facts)


def _doubtful(report: Report) -> str:
    """Warn of a document that is well signed, but with a key that may have been in other hands by then."""
    step = report.step("issuer")
    if (
        report.verdict != "valid"
        or step is None
        or step.code not in {"key-compromised-after", "key-compromised-unproven"}
    ):
        return ""
    return _("Do not rely on it: it is signed with a key that may be in other hands. Ask %(name)s.") % dict(step.facts)


def _outcome(report: Report, name: str) -> str:
    step = report.step(name)
    return step.outcome if step else "unknown"


def _valid(report: Report) -> str:
    issuer = _outcome(report, "issuer")
    if issuer == "fail" and (step := report.step("issuer")) and step.code == "no-record":
        return _("Signed with the issuer's key, but the issuer has no record of it.")
    if issuer == "fail":
        return _("Correctly signed, but by someone whose identity is not confirmed.")
    if issuer != "pass":
        return _("Correctly signed, but we do not know by whom.")
    awarded = _outcome(report, "accredited-on-award-date")
    if awarded == "not-applicable" and (step := report.step("issuer")):
        return _("Genuine, and signed by %(name)s.") % dict(step.facts)
    if awarded == "pass":
        return _("Genuine, and accredited when it was awarded.")
    if awarded == "fail":
        return _("Genuine, but not accredited when it was awarded.")
    return _("Genuine. We could not check whether it was accredited.")


def _invalid(report: Report) -> str:
    if _outcome(report, "format") == "fail":
        return _("Not valid: the document breaks the rules of its kind.")
    if _outcome(report, "signature") == "fail":
        return _("Not genuine: it was changed after signing, or not signed by the issuer it names.")
    status = report.step("status")
    if status and status.outcome == "fail":
        newer = report.step("superseded-by")
        if newer and newer.code == "corrected-by":
            return _("No longer valid: a corrected credential took its place.")
        if status.code.startswith("suspended"):
            return _("Not valid at present: the issuer has suspended it.")
        return _("No longer valid: the issuer has revoked it.")
    step = report.step("dates")
    if step and step.code == "not-yet-valid":
        return _("Not valid yet.")
    if _outcome(report, "accredited-on-award-date") == "not-applicable":
        return _("The document has run out.")
    return _("The document has run out. What it says was achieved does not lapse with it.")
