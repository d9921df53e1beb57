"""Signing keys: made for verified organisations only, wrapped before they are stored, retired and never deleted."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.credentials.models import IssuerKey
from opencairn.engine.keys import SigningKey
from opencairn.kit.dates import iso
from opencairn.kit.errors import Refused
from opencairn.people.models import Organisation
from opencairn.transparency import actions as log
from opencairn.transparency import keys


class NotVerified(Refused):
    """Nobody has checked yet who this organisation is, or it has closed: it cannot sign (V1)."""


def can_sign(organisation: Organisation) -> bool:
    """Whether an organisation may sign: its identity was checked, and it has not closed."""
    return organisation.verified_at is not None and organisation.closed_at is None


@transaction.atomic
def ensure_key(organisation: Organisation, *, at: datetime) -> IssuerKey:
    """Return the key the organisation signs with, made now where there is none in use."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.closed_at:
        raise NotVerified(_("%(name)s has closed, so it can no longer sign credentials.") % {"name": locked.name})
    if locked.verified_at is None:
        raise NotVerified(
            _(
                "%(name)s cannot sign credentials yet, because nobody has checked its identity. "
                "Ask %(operator)s, who run this site, to verify it."
            )
            % {"name": locked.name, "operator": settings.OPERATOR_NAME}
        )
    return IssuerKey.objects.filter(organisation=locked, retired_at=None).first() or _make_key(locked, at)


def _make_key(organisation: Organisation, at: datetime) -> IssuerKey:
    key = SigningKey.generate()
    made = IssuerKey.objects.create(
        organisation=organisation, did=key.did, wrapped=keys.wrap(key.to_bytes(), did=key.did), created_at=at
    )
    _log_key(made, "made", at)
    return made


def _log_key(key: IssuerKey, act: str, at: datetime) -> None:
    log.append("key", about=key.did, facts={"act": act, "key": key.did, "holder": key.organisation.slug}, at=at)


@transaction.atomic
def rotate_key(organisation: Organisation, *, at: datetime) -> IssuerKey:
    """Retire the key in use and make a new one. The old one is kept: it goes on signing the status lists it began."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    for key in IssuerKey.objects.filter(organisation=organisation, retired_at=None):
        key.retired_at = at
        key.save(update_fields=["retired_at"])
        _log_key(key, "retired", at)
    return ensure_key(organisation, at=at)


class WrongInstant(Refused):
    """A key cannot have been compromised before it was made, nor in the future, nor later than was said before."""

    status = 422


@transaction.atomic
def report_compromise(key: IssuerKey, *, since: datetime, at: datetime) -> IssuerKey:
    """Record from when a key may have been in other hands, in the log too; a key in use is replaced at once.

    It can be said again with an earlier instant, never a later one: what was doubtful stays doubtful.
    """
    Organisation.objects.select_for_update().get(pk=key.organisation_id)
    held = IssuerKey.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=key.pk)
    latest = held.compromised_from or at
    if not held.created_at <= since <= latest or since == held.compromised_from:
        bounds = (("first", held.created_at), ("last", latest))
        raise WrongInstant(
            _("Give a moment from %(first)s, when the key was made, to %(last)s.")
            % {name: f"{date_format(each, 'DATETIME_FORMAT')} (UTC)" for name, each in bounds}
        )
    held.compromised_from = since
    held.save(update_fields=["compromised_from"])
    facts = {"act": "compromised", "key": held.did, "holder": held.organisation.slug, "from": iso(since)}
    if held.retired_at is None and can_sign(held.organisation):
        rotate_key(held.organisation, at=at)
    elif held.retired_at is None:
        IssuerKey.objects.filter(pk=held.pk).update(retired_at=at)
        _log_key(held, "retired", at)
    log.append("key", about=held.did, facts=facts, at=at)
    return held


def open_key(key: IssuerKey) -> SigningKey:
    """Open the private half for signing. Raises WrongWrappingKey."""
    return SigningKey.from_bytes(keys.unwrap(bytes(key.wrapped), did=key.did))
