"""Short mails about endorsements, to the people who can do something about them, each in their own language."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from opencairn.kit.text import pick
from opencairn.people.access import PERMISSIONS
from opencairn.people.models import Organisation, Person

from .models import Endorsement

Words = Callable[[dict[str, str]], tuple[str, str]]


def _asked(facts: dict[str, str]) -> tuple[str, str]:
    return _("%(provider)s asks for your endorsement") % facts, _(
        "%(provider)s asks %(endorser)s to endorse: %(what)s.\n\nThey write:\n%(message)s\n\nAnswer here:\n%(address)s"
    ) % facts


def _granted(facts: dict[str, str]) -> tuple[str, str]:
    return _("%(endorser)s endorses you") % facts, _(
        "%(endorser)s endorses: %(what)s.\n\nIn their words:\n%(words)s\n\nIt is public from now on:\n%(address)s"
    ) % facts


def _declined(facts: dict[str, str]) -> tuple[str, str]:
    return _("%(endorser)s does not endorse you") % facts, _(
        "%(endorser)s was asked to endorse: %(what)s, and declined.\n\nIn their words:\n%(words)s\n\n"
        "Nothing of this is public. You find it here:\n%(address)s"
    ) % facts


def _revoked(facts: dict[str, str]) -> tuple[str, str]:
    return _("%(endorser)s took its endorsement back") % facts, _(
        "%(endorser)s no longer endorses: %(what)s.\n\nTheir reason:\n%(reason)s\n\nYou find it here:\n%(address)s"
    ) % facts


LETTERS: dict[str, tuple[Words, str]] = {
    "asked": (_asked, "endorser"),
    "granted": (_granted, "provider"),
    "declined": (_declined, "provider"),
    "revoked": (_revoked, "provider"),
}


def tell(what: str, endorsement: Endorsement) -> None:
    """Write to everyone concerned once the transaction is kept: who answers for the endorser, or asks as provider.

    A mail that cannot be sent changes nothing: what it says stands on the pages too.
    """
    words, to = LETTERS[what]
    permission = "endorsement.answer" if to == "endorser" else "endorsement.ask"
    organisation: Organisation = getattr(endorsement, to)
    people = Person.objects.filter(
        membership__organisation=organisation, membership__role__in=PERMISSIONS[permission], is_active=True
    ).distinct()
    for person in people:
        transaction.on_commit(partial(_send, words, person, _facts(endorsement, person, to)), robust=True)


def _facts(endorsement: Endorsement, person: Person, to: str) -> dict[str, str]:
    programme = endorsement.programme
    title = pick(programme.current.title, (person.language, "en"))[1] if programme and programme.current else ""
    page = (
        reverse("quality:endorsement", args=[endorsement.pk])
        if to == "endorser"
        else reverse("quality:ask_endorsement", args=[endorsement.provider.slug])
    )
    return {
        "provider": endorsement.provider.name,
        "endorser": endorsement.endorser.name,
        "what": title or endorsement.provider.name,
        "message": endorsement.message,
        "words": endorsement.words,
        "reason": endorsement.revocation_reason,
        "address": f"{settings.BASE_URL}{page}",
    }


def _send(words: Words, person: Person, facts: dict[str, str]) -> None:
    with override(person.language or "en"):
        subject, text = words(facts)
    send_mail(" ".join(subject.split()), text, None, [person.email])
