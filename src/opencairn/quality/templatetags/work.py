"""Template filters of the work: what an application or a decision is about, in words."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.text import pick
from opencairn.quality.models import Audit, Condition, Decision, Review

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
def object_said(of: Review | Decision) -> str:
    """What kind of thing is judged, in words."""
    return {
        "provider": _("Provider"),
        "programme": _("Course"),
        "module": _("Module"),
        "scheme": _("Certification scheme"),
    }.get(of.object, of.object)


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
