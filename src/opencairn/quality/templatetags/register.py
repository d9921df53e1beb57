"""Template tags that say what the register knows about a programme; the programmes' public pages use them."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.quality import queries, wording
from opencairn.quality.frameworks import in_force as frameworks_in_force
from opencairn.quality.models import Decision
from opencairn.quality.queries import Standing

register = template.Library()

OUTCOMES = {"accredited": "pass", "suspended": "fail", "withdrawn": "fail", "refused": "fail"}


def _standing(programme: Programme) -> Standing:
    """Today's standing of the description in force, by its own decisions or by those about its provider."""
    day = timezone.now().date()
    if programme.current is None:
        return queries.standing(programme, day)
    return queries.standing_as_described(programme.current, day)


@register.filter
def hangs(standing: Standing) -> bool:
    """Whether it is that of a day to come, and becomes so only where what is due by then is not done."""
    return standing.is_due(timezone.now().date())


@register.filter
def mark_of(standing: Standing) -> str:
    """How a standing is drawn: pass, fail, unknown where it hangs on what is due, not-applicable for any other."""
    return "unknown" if hangs(standing) else OUTCOMES.get(standing.state, "not-applicable")


@register.filter
def granted_said(decision: Decision) -> str:
    """A positive decision in a word: an award or a label under a framework that accredits nothing is called that."""
    return {"award": _("Awarded."), "label": _("Listed.")}.get(queries.counts_as(decision), _("Accredited."))


@register.filter
def in_force(standings: Iterable[Standing]) -> int:
    """How many of them are in force."""
    return sum(each.accredited for each in standings)


@register.filter
def in_a_word(standing: Standing) -> str:
    """A standing in a word or two, without its dates."""
    if hangs(standing):
        return _("Not certain yet")
    return {
        "accredited": granted_said(standing.decision).rstrip(".") if standing.decision else _("Accredited"),
        "suspended": _("Suspended"),
        "withdrawn": pgettext("accreditation", "Withdrawn"),
        "expired": _("Expired"),
        "not-yet": _("Not yet in force"),
        "refused": _("Refused"),
    }.get(standing.state, _("No accreditation on record"))


_NO_ACCREDITATION = {  # an award of a jury, or a label: it is told, and accredits nothing
    "accredited": lambda: _("It counts from %(since)s until %(until)s. It is no accreditation."),
    "expired": lambda: _("It ended: it has not counted since %(since)s. It was no accreditation."),
}


@register.filter
def in_a_sentence(standing: Standing) -> str:
    """A standing as a sentence with its days, such as "Accredited until 31 August 2028."."""
    facts = {
        "since": date_format(standing.since) if standing.since else "",
        "until": date_format(standing.until) if standing.until else "",
        "reasons": standing.reasons.strip().rstrip("."),
    }
    ends = standing.decision.last_on if standing.decision else None
    lifted = bool(standing.until and ends and standing.until < ends)
    if hangs(standing):
        return _("Does not count from %(since)s on, unless what is due before that day is done.") % facts
    if (
        standing.decision
        and standing.state in _NO_ACCREDITATION
        and queries.counts_as(standing.decision) != "accreditation"
    ):
        return _NO_ACCREDITATION[standing.state]() % facts
    sentences = {
        "accredited": _("Accredited from %(since)s until %(until)s."),
        "suspended": _("Suspended from %(since)s until %(until)s, because: %(reasons)s.")
        if lifted
        else _("Suspended since %(since)s, because: %(reasons)s."),
        "withdrawn": _("Withdrawn on %(since)s, because: %(reasons)s."),
        "expired": _("Expired: not accredited since %(since)s."),
        "not-yet": _("Decided, and in force from %(since)s until %(until)s."),
        "refused": _("Refused on %(since)s, because: %(reasons)s."),
    }
    return sentences.get(standing.state, _("No accreditation on record.")) % facts


@register.filter
def framework_named(key: str) -> Any:
    """The framework of this key, or None where it is no longer on the shelf."""
    return next((each for each in frameworks_in_force() if each.key == key), None)


@register.filter
def assurance_said(key: str) -> str:
    """A kind of quality assurance, as the count of all courses calls it."""
    return {
        "external": _("External, by a decision in this register"),
        "external-said": _("External, says the provider"),
        "internal": _("Internal"),
        "none": _("None, says the provider"),
    }.get(key, _("Not stated"))


@register.filter
def problem_said(problem: str) -> str:
    """Why a register elsewhere could not be read the last time, in a sentence."""
    return wording.problem_said(problem)


@register.inclusion_tag("quality/_endorsements.html")
def endorsements_of(provider: Organisation, programme: Programme | None = None) -> dict[str, Any]:
    """The endorsements in force of a provider as a whole, or of one of its programmes, with count and names."""
    return {"endorsements": queries.endorsements_of(provider, programme)}


@register.simple_tag
def accreditation_line(programme: Programme) -> str:
    """A few words for a result row: "Accredited to 2028", "Suspended", "No accreditation on record"."""
    standing = _standing(programme)
    if standing.accredited and standing.until:
        return _("Accredited to %(year)d") % {"year": standing.until.year}
    return in_a_word(standing)


@register.simple_tag
def unaccredited_mark(programme: Programme, known: Standing | None = None) -> str:
    """A tag that says what is missing, wherever a course is offered; "" where an accreditation is in force (Q13).

    A page with many courses asks once for all of them and hands each its own as ``known``.
    """
    standing = known or _standing(programme)
    return "" if standing.accredited else format_html('<span class="tag">{}</span>', in_a_word(standing))


@register.inclusion_tag("quality/provider_panel.html")
def provider_panel(provider: Organisation) -> dict[str, Any]:
    """The panel of a provider's page: its accreditations as a whole, its awards, how many complaints were right."""
    return {"provider": provider, "record": queries.provider_record(provider, timezone.now().date())}


@register.inclusion_tag("quality/panel.html")
def accreditation_panel(programme: Programme) -> dict[str, Any]:
    """The panel "Quality assurance" of a programme's page: the standing today, by whom, and its history."""
    today = timezone.now().date()
    return {
        "programme": programme,
        "standing": _standing(programme),
        "events": queries.history(programme, today),
        "today": today,
    }
