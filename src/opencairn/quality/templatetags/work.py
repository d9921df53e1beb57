"""Template filters of the work: what an application or a decision is about, in words."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.text import pick
from opencairn.quality.frameworks import framework
from opencairn.quality.models import CAUSES, Amendment, Audit, Condition, Decision, Review, Sanction, Scheme
from opencairn.quality.queries import counts_as
from opencairn.quality.wording import DIGCOMP, scope_said

register = template.Library()


@register.filter
def judged(of: Review | Decision) -> str:
    """What is judged: a course by its title, a certification scheme by its name, or the provider itself."""
    if of.scheme:
        return of.scheme.name
    version = of.version if isinstance(of, Review) else of.programme.current if of.programme else None
    if version is not None:
        return pick(version.title, (get_language() or "en", "en"))[1] or version.programme.slug
    if isinstance(of, Decision):
        return of.programme.slug if of.programme else of.provider.name
    return of.applicant.name


@register.filter
def kind_judged(of: Review | Decision) -> str:
    """What kind of thing is judged, in words."""
    return {
        "provider": _("Provider"),
        "programme": _("Course"),
        "module": _("Module"),
        "scheme": _("Certification scheme"),
    }.get(of.object, of.object)


@register.filter
def under(of: Review | Decision) -> str:
    """The name of the framework, or its key where its file is gone."""
    try:
        found = framework(of.framework, of.framework_version)
    except KeyError:
        return of.framework
    return pick(found.name, (get_language() or "en", "en"))[1]


register.filter("counts_as", counts_as)


@register.filter
def has_scope(decision: Decision) -> bool:
    """Whether what it covers can change: it accredits a provider or a course."""
    return decision.verdict == "accredited" and decision.object != "scheme" and counts_as(decision) == "accreditation"


@register.filter
def covers_said(of: Decision | Amendment) -> list[str]:
    """What a decision, or a change of it, covers: one sentence for each limit."""
    if isinstance(of, Decision):
        return scope_said(of.scope, of)
    return [] if of.scope is None else scope_said(of.scope, of.decision)


@register.filter
def decided_said(decision: Decision) -> str:
    """A decision in a sentence with its days, whatever came later."""
    if decision.verdict != "accredited" or decision.first_on is None or decision.last_on is None:
        return _("Accreditation refused.") if counts_as(decision) == "accreditation" else _("Refused.")
    days = {"first": date_format(decision.first_on), "last": date_format(decision.last_on)}
    if counts_as(decision) == "accreditation":
        return _("Accredited from %(first)s to %(last)s.") % days
    return _("It counts from %(first)s to %(last)s, and is no accreditation.") % days


@register.filter
def award_named(decision: Decision) -> str:
    """What a jury awarded: the title of its call, or the name of the framework."""
    call = decision.review.call if decision.review else None
    return call.title if call else under(decision)


@register.filter
def held_said(held: Sanction) -> str:
    """What is held against an accreditation, with its days."""
    kinds = {
        "monitoring": _("Watched more closely"),
        "warning": _("Warned"),
        "probation": _("On probation"),
        "show-cause": _("Asked to show cause"),
        "suspension": _("Suspended"),
        "withdrawal": _("Withdrawn for good"),
    }
    days = {"kind": kinds[held.kind], "first": date_format(held.from_on)}
    if held.kind == "withdrawal" and held.lifted_on is None:
        said = _("%(kind)s on %(first)s.") % days
        return f"{said} {held.get_cause_display()}." if held.cause in dict(CAUSES) and held.cause else said
    if held.lifted_on is None:
        return _("%(kind)s since %(first)s.") % days
    return _("%(kind)s from %(first)s; over since %(last)s.") % (days | {"last": date_format(held.lifted_on)})


@register.filter
def digcomp_said(scheme: Scheme) -> list[str]:
    """The digital competences that a scheme certifies, with their numbers in DigComp."""
    return [f"{each} {DIGCOMP.get(each, '')}".strip() for each in scheme.digcomp]


@register.filter
def state_of(review: Review) -> str:
    """How far an application has come, for its applicant."""
    if review.draft:
        return _("Draft: only you see it")
    if review.taken_back_at:
        return _("Taken back")
    if review.closed_at:
        return _("Decided")
    return _("In review")


@register.filter
def audit_state(audit: Audit, today: object) -> str:
    """Where an audit stands on a day: held, overdue, due now, or ahead."""
    if audit.held_on:
        return {
            "passed": _("Held, passed"),
            "conditions": _("Held, something to be mended"),
            "failed": _("Held, not passed"),
        }.get(audit.outcome, _("Held"))
    if audit.last_on < today:  # type: ignore[operator]
        return _("Overdue")
    return _("Due now") if audit.first_on <= today else _("Ahead")  # type: ignore[operator]


@register.filter
def condition_mark(condition: Condition, today: object) -> str:
    """How a condition is drawn: pass, fail or unknown."""
    if condition.met_on:
        return "pass"
    return "fail" if condition.due_on < today else "unknown"  # type: ignore[operator]
