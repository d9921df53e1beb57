"""The register together with the keys: the signed snapshot, the list of known issuers, and one issuer by its did."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from opencairn.kit.dates import iso
from opencairn.people.models import Organisation
from opencairn.quality import queries as quality
from opencairn.quality import records
from opencairn.quality.rules import signed
from opencairn.transparency import actions as log

from .models import IssuerKey

DCC_ACRONYM = "OpenCairn"


def _issuers() -> list[IssuerKey]:
    """Return the keys of everyone whose identity was verified, the oldest first; a retired one signed once.

    Providers sign credentials, quality bodies accreditations, and employers among others endorsements.
    """
    keys = IssuerKey.objects.filter(organisation__verified_at__isnull=False)
    return list(keys.select_related("organisation").order_by("created_at", "pk"))


def issuer(key: IssuerKey) -> dict[str, Any]:
    """Return one key with its holder, as the snapshot lists it."""
    holder = key.organisation
    return {
        "id": key.did,
        "provider": holder.slug,
        "name": holder.name,
        "country": holder.country,
        "url": holder.website,
        "since": iso(key.created_at),
        "retired": iso(key.ended_at) if key.ended_at else None,
        "compromised_from": iso(key.compromised_from) if key.compromised_from else None,
    }


def revision(day: date) -> tuple[object, ...]:
    """Return what changes whenever a snapshot of that day would say something else."""
    keys = json.dumps([issuer(each) for each in _issuers()])
    bodies = Organisation.objects.filter(is_quality_body=True).order_by("pk").values_list("name", flat=True)
    return (*quality.revision(), keys, *bodies, day, settings.BASE_URL, settings.OPERATOR_NAME)


def snapshot(*, at: datetime) -> str:
    """Return the whole register as one text, signed by the operator's key; the same text until something changes."""
    return _snapshot(revision(at.date()), at)[0]


@lru_cache(maxsize=1)
def kept_snapshot(revision: tuple[object, ...]) -> list[str]:
    """Return the place of the last snapshot made in this process, empty once the register has changed."""
    return []


def _snapshot(revision: tuple[object, ...], at: datetime) -> list[str]:
    held = kept_snapshot(revision)
    if not held:
        held.append(_write(at))
    return held


def _write(at: datetime) -> str:
    decisions = quality.every_decision()
    sanctions, changes = quality.sanctions_of(decisions), quality.scope_changes(None)
    whole = {
        "register": settings.BASE_URL,
        "name": settings.OPERATOR_NAME,
        "issuers": [issuer(each) for each in _issuers()],
        "accreditations": [
            records.fact(each, sanctions.get(each.pk, []), changes.get(each.pk, ())) for each in decisions
        ],
    }
    return json.dumps(signed(whole, log.operator_key(at=at), made_at=at), ensure_ascii=False, indent=1)


def known_issuers(*, at: datetime) -> dict[str, Any]:
    """Return the issuers in the form of the Digital Credentials Consortium: who is behind a did, and nothing else.

    It has no word for a key that may be in other hands, so such a key is left out.
    """
    listed = [each for each in _issuers() if each.compromised_from is None]
    return {
        "meta": {"created": iso(listed[0].created_at if listed else at), "updated": iso(at), "acronym": DCC_ACRONYM},
        "registry": {
            each.did: {
                "name": each.organisation.name,
                "location": ", ".join(part for part in (each.organisation.locality, each.organisation.country) if part),
                "url": each.organisation.website,
            }
            for each in listed
        },
    }


def about_issuer(key: IssuerKey, day: date, *, today: date | None = None) -> dict[str, Any]:
    """Return one issuer with what the register says about it on a day, as it is told ``today`` (None: on that day)."""
    holder = key.organisation
    wanted = [each for each in quality.subjects(day, provider=holder.slug) if each[1] or each[2]]
    return {
        **issuer(key),
        "verified": holder.verified_at is not None,
        "on": day.isoformat(),
        "standings": [records.standing(each, today=today or day) for each in quality.provider_standings(holder, day)],
        "courses": [records.line(each, today=today or day) for each in quality.entries(wanted, day)],
    }
