"""What the register knows about one provider, for whoever chooses among them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from opencairn.kit.dates import midnight
from opencairn.people.models import Organisation
from opencairn.quality import rules
from opencairn.quality.models import Audit, Complaint, Decision, Sanction

from .standing import Standing, counts_as, is_due, standing_of, weigh
from .stops import sanctions_of

KINDS = ("accreditation", "award", "label", "course")


@dataclass(frozen=True)
class ProviderRecord:
    """A provider on a day.

    ``whole`` are the standings of accreditations of the provider as a whole, framework by framework; ``awards`` what
    juries gave it, and ``labels`` what else was decided under frameworks that accredit nothing. ``courses`` counts the
    courses accredited themselves. ``against`` is what was ever held against one of its decisions, the newest first.
    Of the complaints that were answered by the end of the day, ``upheld`` were right.
    """

    whole: tuple[Standing, ...]
    awards: tuple[Standing, ...]
    labels: tuple[Standing, ...]
    courses: int
    against: tuple[tuple[Decision, Sanction], ...]
    audits: tuple[Audit, ...]
    upheld: int
    answered: int


def provider_record(provider: Organisation, day: date, *, today: date | None = None) -> ProviderRecord:
    """Return what the register knows about a provider on a day. No word of any complaint is in it.

    Where ``today`` comes before that day, what is still due by then is not held against anybody.
    """
    rows = list(
        Decision.objects.filter(provider=provider).select_related(
            "quality_body", "programme__current", "scheme", "review__call"
        )
    )
    sanctions = sanctions_of(rows)
    by_kind: dict[str, dict[Any, list[Decision]]] = {kind: defaultdict(list) for kind in KINDS}
    for each in rows:
        if each.object == "scheme":
            continue
        kind = counts_as(each)
        # Each award is told by itself; of one framework, only what counts now.
        about = each.pk if kind == "award" else each.programme_id or each.framework
        by_kind["course" if each.programme_id else kind][about].append(each)
    found = {
        kind: tuple(worth for group in groups.values() if (worth := weigh(group, sanctions, day)).state != "none")
        for kind, groups in by_kind.items()
    }
    courses = sum(
        any(
            standing_of(each, sanctions.get(each.pk, []), day).accredited and counts_as(each) == "accreditation"
            for each in group
        )
        for group in by_kind["course"].values()
    )
    against = [
        (each, held)
        for each in rows
        for held in sanctions.get(each.pk, [])
        if held.kind != "stay" and held.from_on <= day and not is_due(held, today or day)
    ]
    answered = Complaint.objects.filter(about=provider, closed_at__lt=midnight(day + rules.A_DAY))
    return ProviderRecord(
        whole=found["accreditation"],
        awards=tuple(each for each in found["award"] if each.state in {"accredited", "expired"}),
        labels=found["label"],
        courses=courses,
        against=tuple(sorted(against, key=lambda one: one[1].from_on, reverse=True)),
        audits=tuple(
            Audit.objects.filter(decision__provider=provider, held_on__lte=day)
            .select_related("decision")
            .order_by("-held_on", "-pk")
        ),
        upheld=answered.filter(outcome="upheld").count(),
        answered=answered.count(),
    )
