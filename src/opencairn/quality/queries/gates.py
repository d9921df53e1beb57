"""What is refused for want of a positive decision: publishing, public money, issuing, and new enrolments.

The operator names the gates (OPENCAIRN_GATES); without any, nothing is refused. Several gates of one act are
alternatives: one that is open is enough.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.kit.text import pick
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.quality import rules
from opencairn.quality.frameworks import in_force
from opencairn.quality.models import Decision

from .covering import scope_facts
from .standing import NOTHING, Standing, weigh
from .stops import amended, sanctions_of


class GateClosed(Refused):
    """A regulatory framework that the operator made a gate has no positive decision here. ``details`` say which."""


@dataclass(frozen=True)
class Line:
    """What one gate found: whose decision was looked for (programme or provider), and its standing on the day."""

    framework: rules.Framework
    whose: str
    standing: Standing


@dataclass(frozen=True)
class Crossing:
    """The answer of all gates of one act on a day. ``asked`` is False where the operator named none."""

    act: str
    day: date
    open: bool
    asked: bool
    lines: tuple[Line, ...] = ()
    closed: Organisation | None = None  # the provider, where it had closed by then

    @property
    def decision(self) -> Decision | None:
        """The decision that opened it, the first where there are several."""
        found = (each.standing.decision for each in self.lines if each.standing.accredited)
        return next(found, None) if self.open else None


def gates() -> tuple[rules.Gate, ...]:
    """Return the gates that the operator named. Raises ImproperlyConfigured for one that cannot be."""
    try:
        return rules.gates(settings.GATES, in_force())
    except rules.WrongGate as fault:
        raise ImproperlyConfigured(f"OPENCAIRN_GATES: {fault}") from None


gates()  # a wrong gate stops the start, not the first visitor


def _standing_under(
    framework: rules.Framework, day: date, decisions: Iterable[Decision], facts: Mapping[str, Any]
) -> Standing:
    under = amended([each for each in decisions if each.framework == framework.key], day)
    found = [each for each in under if rules.covers(each.scope, **facts)]
    return weigh(found, sanctions_of(found), day) if found else NOTHING


def crossing(act: str, day: date, *, provider: Organisation, version: ProgrammeVersion | None = None) -> Crossing:
    """Return whether an act may be done on a day for a provider, or for one of its courses as it is described."""
    asked = [each for each in gates() if each.act == act]
    if not asked:
        return Crossing(act, day, open=True, asked=False)
    facts = scope_facts(version) if version else {}  # a provider as a whole is asked about nothing in particular
    decisions = _decisions(provider, version.programme if version else None)
    is_open, lines = False, []
    for gate in asked:
        states: dict[str, str] = {}
        own = False
        for whose in gate.asked:
            standing = _standing_under(gate.framework, day, decisions[whose], facts)
            states[whose] = standing.state
            review = standing.decision.review if standing.decision and standing.accredited else None
            own |= review is not None and gate.framework.approves_its_own(review.track)
            lines.append(Line(gate.framework, whose, standing))
        is_open |= own or not rules.missing(gate, states)
    return Crossing(act, day, is_open, asked=True, lines=tuple(lines))


def _decisions(provider: Organisation, programme: Programme | None) -> Mapping[str, list[Decision]]:
    rows = Decision.objects.filter(provider=provider).select_related("quality_body", "review")
    return {
        "provider": list(rows.filter(object="provider")),
        "programme": list(rows.filter(programme=programme)) if programme else [],
    }


def fundable_on(provider: Organisation, day: date, *, version: ProgrammeVersion | None = None) -> Crossing:
    """Return whether public money may pay for a provider's courses, or for one of them, that start on a day (F6)."""
    found = crossing("fund", day, provider=provider, version=version)
    has_closed = provider.closed_at is not None and provider.closed_at.date() <= day
    return replace(found, open=False, closed=provider) if has_closed else found


def must_be_open(act: str, version: ProgrammeVersion, day: date) -> None:
    """Refuse an act for a course while its gate is shut, or while what it stands on is suspended. Raises GateClosed."""
    found = crossing(act, day, provider=version.programme.provider, version=version)
    if not found.open:
        raise GateClosed(_REFUSED[act]() % {"day": date_format(day)}, details=why_not(found))
    must_not_be_stopped(version, day)


def must_be_open_to_publish(version: ProgrammeVersion, *, at: datetime) -> None:
    """Refuse to publish what needs a positive decision first: asked by settings.PUBLISHING_GATES. Raises GateClosed."""
    found = crossing("publish", at.date(), provider=version.programme.provider, version=version)
    if not found.open:
        raise GateClosed(_REFUSED["publish"]() % {"day": date_format(at.date())}, details=why_not(found))
    for each in found.lines:
        review = each.standing.decision.review if each.standing.decision else None
        if review and review.version_id == version.pk and version.edited_at > review.requested_at:
            raise GateClosed(
                _(
                    "The description was changed after it was sent to the quality body, so its decision is about "
                    "another text. Apply again, then publish."
                )
            )


def reviews_drafts(framework: rules.Framework) -> bool:
    """Whether a course is judged under this framework before it is published, because publishing waits for it."""
    return any(each.act == "publish" and each.framework.key == framework.key for each in gates())


def must_not_be_stopped(version: ProgrammeVersion, day: date) -> None:
    """Refuse new enrolments and issuing while an accreditation that a gate rests on is suspended or withdrawn.

    What was issued before keeps its standing. Raises GateClosed.
    """
    facts = scope_facts(version)
    for framework in {each.framework.key: each.framework for each in gates()}.values():
        decisions = _decisions(version.programme.provider, version.programme)
        for found in decisions.values():
            standing = _standing_under(framework, day, found, facts)
            if rules.stopped([standing.state]):
                raise GateClosed(
                    _("Nobody new is taken on, and nothing is issued, while this accreditation does not count."),
                    details=(_why(Line(framework, "programme", standing), day),),
                )


def why_not(found: Crossing, *, today: date | None = None) -> tuple[str, ...]:
    """Return what keeps a gate shut, as sentences that say whose decision is missing and since when.

    Where ``today`` comes before the day asked about, an audit that is still due is said to be due, not missed.
    """
    closed = (closed_said(found.closed),) if found.closed else ()
    return closed + tuple(_why(each, today or found.day) for each in found.lines if not each.standing.accredited)


def closed_said(provider: Organisation) -> str:
    """Return a sentence that says when a provider closed."""
    day = date_format(provider.closed_at) if provider.closed_at else ""
    return _("%(name)s closed on %(day)s.") % {"name": provider.name, "day": day}


def hangs_on_what_is_due(found: Crossing, *, today: date) -> bool:
    """Whether a gate that is shut on a day to come opens once the audits and conditions due by then are met."""
    hoped = {
        (each.framework.key, each.whose): "accredited" if each.standing.is_due(today) else each.standing.state
        for each in found.lines
    }
    asked = [each for each in gates() if each.act == found.act]
    return (
        not found.open
        and found.closed is None
        and any(
            not rules.missing(gate, {whose: hoped[gate.framework.key, whose] for whose in gate.asked}) for gate in asked
        )
    )


_REFUSED = {
    "publish": lambda: _("This course needs a positive decision of a quality body before it can be published."),
    "fund": lambda: _("Public money cannot pay for what starts on %(day)s: the quality label is missing on that day."),
    "issue": lambda: _("No credential can be issued on %(day)s: an accreditation that it needs is not in force."),
}


def _why(line: Line, today: date) -> str:
    since = line.standing.since
    facts = {
        "framework": pick(line.framework.name, (get_language() or "en", "en"))[1],
        "since": date_format(since) if since else "",
        "last": date_format(since - rules.A_DAY) if since and since > date.min else "",
        "number": line.standing.decision.number if line.standing.decision else "",
    }
    course = line.whose == "programme"
    sentences = {
        "suspended": _("“%(framework)s”: decision %(number)s is suspended since %(since)s."),
        "withdrawn": _("“%(framework)s”: decision %(number)s was withdrawn on %(since)s."),
        "expired": _("“%(framework)s”: decision %(number)s ended; it has not counted since %(since)s."),
        "not-yet": _("“%(framework)s”: decision %(number)s counts only from %(since)s on."),
        "refused": _("“%(framework)s”: it was refused by decision %(number)s."),
        "none": _("“%(framework)s”: no quality body has decided about this course.")
        if course
        else _("“%(framework)s”: no quality body has decided about this provider."),
    }
    due = {
        "audit": _(
            "“%(framework)s”: decision %(number)s stops counting on %(since)s, unless an audit is held by %(last)s."
        ),
        "condition": _(
            "“%(framework)s”: decision %(number)s stops counting on %(since)s, unless a condition is met by %(last)s."
        ),
    }
    said = due[line.standing.cause] if line.standing.is_due(today) else sentences[line.standing.state]
    return said % facts
