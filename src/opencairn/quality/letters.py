"""Short mails about endorsements and changes of scope, to the people who can do something, each in their language."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as __
from django.utils.translation import override

from opencairn.kit.text import pick
from opencairn.people.access import PERMISSIONS
from opencairn.people.models import Organisation, Person

from .models import Endorsement, ScopeRequest
from .wording import scope_said


class Letter(NamedTuple):
    """What is written: subject, text, and the permission of those who read it."""

    subject: Any
    text: Any
    to: str


LETTERS = {
    "asked": Letter(
        __("%(provider)s asks for your endorsement"),
        __(
            "%(provider)s asks %(endorser)s to endorse: %(what)s.\n\nThey write:\n%(message)s\n\n"
            "Answer here:\n%(address)s"
        ),
        "endorsement.answer",
    ),
    "granted": Letter(
        __("%(endorser)s endorses you"),
        __("%(endorser)s endorses: %(what)s.\n\nIn their words:\n%(words)s\n\nIt is public from now on:\n%(address)s"),
        "endorsement.ask",
    ),
    "declined": Letter(
        __("%(endorser)s does not endorse you"),
        __(
            "%(endorser)s was asked to endorse: %(what)s, and declined.\n\nIn their words:\n%(words)s\n\n"
            "Nothing of this is public. You find it here:\n%(address)s"
        ),
        "endorsement.ask",
    ),
    "revoked": Letter(
        __("%(endorser)s took its endorsement back"),
        __("%(endorser)s no longer endorses: %(what)s.\n\nTheir reason:\n%(reason)s\n\nYou find it here:\n%(address)s"),
        "endorsement.ask",
    ),
    "scope-asked": Letter(
        __("%(provider)s asks for a change of scope under decision %(number)s"),
        __(
            "%(provider)s asks %(body)s to change what decision %(number)s covers. It should cover:\n%(scope)s\n\n"
            "They write:\n%(grounds)s\n\nAnswer here:\n%(address)s"
        ),
        "decision.sanction",
    ),
    "scope-granted": Letter(
        __("A change of scope under decision %(number)s was granted"),
        __(
            "%(body)s changes what decision %(number)s covers. From %(day)s on it covers:\n%(scope)s\n\n"
            "Their reasons:\n%(reasons)s\n\nIt is public from now on:\n%(address)s"
        ),
        "review.request",
    ),
    "scope-denied": Letter(
        __("A change of scope under decision %(number)s was denied"),
        __(
            "%(body)s denies the change that you asked for. Decision %(number)s covers what it covered before.\n\n"
            "Their reasons:\n%(reasons)s\n\nIt is public from now on:\n%(address)s"
        ),
        "review.request",
    ),
}


def tell(what: str, endorsement: Endorsement) -> None:
    """Write to whoever answers for the endorser, or asks as provider, that an endorsement was asked for or answered."""
    to_endorser = LETTERS[what].to == "endorsement.answer"
    page = (
        reverse("quality:endorsement", args=[endorsement.pk])
        if to_endorser
        else reverse("quality:ask_endorsement", args=[endorsement.provider.slug])
    )

    def facts(language: str) -> dict[str, str]:
        programme = endorsement.programme
        title = pick(programme.current.title, (language, "en"))[1] if programme and programme.current else ""
        return {
            "provider": endorsement.provider.name,
            "endorser": endorsement.endorser.name,
            "what": title or endorsement.provider.name,
            "message": endorsement.message,
            "words": endorsement.words,
            "reason": endorsement.revocation_reason,
        }

    _write(LETTERS[what], endorsement.endorser if to_endorser else endorsement.provider, page, facts)


def tell_of_scope(request: ScopeRequest) -> None:
    """Write to the quality body that a change of scope was asked for; once it is answered, to the provider."""
    decision, made = request.decision, request.amendment
    if made is None:
        letter, to = LETTERS["scope-asked"], decision.quality_body
        page = reverse("quality:scope_request", args=[request.pk])
    else:
        letter, to = LETTERS["scope-granted" if made.granted else "scope-denied"], decision.provider
        page = reverse("quality:decision", args=[decision.number])

    def facts(_language: str) -> dict[str, str]:
        scope = made.scope if made else request.scope
        return {
            "number": decision.number,
            "provider": decision.provider.name,
            "body": decision.quality_body.name,
            "scope": "\n".join(scope_said(scope or {}, decision)),
            "grounds": request.grounds,
            "day": date_format(made.from_on) if made else "",
            "reasons": made.reasons if made else "",
        }

    _write(letter, to, page, facts)


def _write(letter: Letter, to: Organisation, page: str, facts: Callable[[str], dict[str, str]]) -> None:
    """Write to everyone of an organisation who may act on a letter, once the transaction is kept.

    A mail that cannot be sent changes nothing: what it says stands on the pages too.
    """
    people = Person.objects.filter(
        membership__organisation=to, membership__role__in=PERMISSIONS[letter.to], is_active=True
    ).distinct()
    for person in people:
        language = person.language or "en"
        with override(language):
            told = facts(language) | {"address": f"{settings.BASE_URL}{page}"}
            subject, text = " ".join((str(letter.subject) % told).split()), str(letter.text) % told
        transaction.on_commit(partial(send_mail, subject, text, None, [person.email]), robust=True)
