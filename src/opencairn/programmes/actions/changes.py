"""Putting public changes in one order, so that whoever follows them misses none and can stop and go on anywhere.

What changed is found by comparing, not by a high-water mark of time: a change with an earlier date, one whose
transaction took long, a provider that closed or took another name are all found. The number is given under one lock, so
numbers become visible in their order.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from opencairn.kit.ids import token
from opencairn.programmes.models import Change, Partner, Programme, Revision

AT_ONCE = 1000
LATELY = timedelta(minutes=15)  # how long a transaction may take before only the sweep finds what it wrote


def record_changes(*, at: datetime) -> int:
    """Number every public change that has no number yet; return how many."""
    _unsettle_partners()
    count = 0
    while numbered := _number(_due(Programme.objects.public()), _gone()):
        count += numbered
    return count


def record_latest_changes(*, at: datetime) -> int:
    """Number what changed since the newest numbered change, by the index of time: cheap enough for each request."""
    last = Change.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
    if last is None:
        return record_changes(at=at)
    since = min(last, at) - LATELY
    touched = Programme.objects.filter(changed_at__gte=since)
    due, gone = _due(Programme.objects.public().filter(changed_at__gte=since)), _gone().filter(programme__in=touched)
    count = 0
    while numbered := _number(due, gone):
        count += numbered
    return count


def _due(public: QuerySet[Programme]) -> QuerySet[Any]:
    """The public programmes that no longer are as they were when their change was numbered."""
    words = (
        "provider__name", Value("\n"), "provider__country", Value("\n"),
        Coalesce("current__awarding_body__name", Value("")), Value("\n"),
        Coalesce("current__awarding_body__country", Value("")),
    )  # fmt: skip
    numbered = Change.objects.filter(
        programme=OuterRef("pk"), gone=False, version=OuterRef("current_id"), changed_at=OuterRef("changed_at"),
        names=OuterRef("names"),
    )  # fmt: skip
    named: QuerySet[Any] = public.annotate(names=Concat(*words))
    return named.exclude(Exists(numbered)).order_by("changed_at", "pk")


def _partners(programmes: Any = None) -> dict[UUID, str]:
    """The names of the partners of each public programme that are organisations of this site."""
    rows = Partner.objects.filter(organisation__isnull=False, version__in=Programme.objects.public().values("current"))
    if programmes is not None:
        rows = rows.filter(version__programme__in=programmes)
    found: dict[UUID, str] = {}
    for pk, name in rows.order_by("version", "position").values_list("version__programme", "organisation__name"):
        found[pk] = f"{found.get(pk, '')}{name}\n"
    return found


def _unsettle_partners() -> None:
    """Make those due whose partners took other names: few programmes have any, so they are looked at one by one."""
    now = _partners()
    before = dict(Change.objects.exclude(partners="").values_list("programme", "partners"))
    other = [pk for pk in now.keys() | before.keys() if now.get(pk) != before.get(pk)]
    if other:
        Change.objects.filter(programme__in=other, gone=False).update(version=0, partners="")


def _gone() -> QuerySet[Change]:
    """The numbered programmes that are no longer public."""
    public = Programme.objects.public().filter(pk=OuterRef("programme"))
    return Change.objects.filter(gone=False).exclude(Exists(public)).order_by("number")


def _number(due: QuerySet[Any], gone: QuerySet[Change]) -> int:
    if not due.exists() and not gone.exists():
        return 0
    with transaction.atomic():
        revision = locked_revision()
        facts = due.values_list("pk", "slug", "current_id", "changed_at", "names")[:AT_ONCE]
        listed = list(facts)
        partners = _partners([each[0] for each in listed])
        rows = [
            Change(
                programme=pk, slug=slug, gone=False, version=version, changed_at=changed_at, names=names,
                partners=partners.get(pk, ""),
            )
            for pk, slug, version, changed_at, names in listed
        ]  # fmt: skip
        for row in gone[:AT_ONCE]:
            row.gone = True
            rows.append(row)
        for row in rows:
            revision.number += 1
            row.number = revision.number
        revision.save(update_fields=["number"])
        Change.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["programme"],
            update_fields=["number", "slug", "gone", "version", "changed_at", "names", "partners"],
        )  # fmt: skip
    return len(rows)


def first_revision() -> Revision:
    """Return the row of numbers, made where there is none yet."""
    return Revision.objects.get_or_create(pk=1, defaults={"series": token(bits=48)})[0]


def locked_revision() -> Revision:
    """Return the row of numbers, which nobody else can take until this transaction ends."""
    first_revision()
    return Revision.objects.select_for_update().get(pk=1)
