"""What an adviser does with a shortlist: start it, put courses on it, write beside them, send it, take it back."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.catalogue.models import Pick, Sending, Shortlist
from opencairn.kit.errors import Forbidden, Refused
from opencairn.kit.ids import token
from opencairn.people.access import demand
from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme

MOST_LISTS, MOST_PICKS, MOST_MAILS_A_DAY = 200, 20, 30
OPEN_FOR = timedelta(days=90)
KEPT_FOR = timedelta(days=30)  # after the link stopped working
log = logging.getLogger(__name__)


class TooManyLists(Refused):
    """A person keeps more shortlists than the site allows."""


@transaction.atomic
def start_shortlist(*, author: Person, title: str, at: datetime) -> Shortlist:
    """Start an empty list. Its link works for ninety days and cannot be guessed (160 random bits)."""
    if Shortlist.objects.filter(author=author).count() >= MOST_LISTS:
        raise TooManyLists(_("You keep %(most)d lists already. Delete one first.") % {"most": MOST_LISTS})
    return Shortlist.objects.create(
        author=author, title=title, token=token(), created_at=at, expires_on=(at + OPEN_FOR).date()
    )


class TakenBack(Refused):
    """The list was taken back: it stays as it was."""


class ListFull(Refused):
    """More courses than anyone can weigh."""


def _held(shortlist: Shortlist) -> Shortlist:
    held = Shortlist.objects.select_for_update(of=("self",)).get(pk=shortlist.pk)
    if held.ended_at is not None:
        raise TakenBack(_("This list was taken back and stays as it was. Start a new one."))
    return held


@transaction.atomic
def put_on(shortlist: Shortlist, programme: Programme, *, at: datetime) -> Pick:
    """Put a course on a list; one that is there already stays as it is."""
    held = _held(shortlist)
    there = Pick.objects.filter(shortlist=held)
    if not there.filter(programme=programme).exists() and there.count() >= MOST_PICKS:
        raise ListFull(_("A list holds up to %(most)d courses. Take one off first.") % {"most": MOST_PICKS})
    return Pick.objects.get_or_create(shortlist=held, programme=programme, defaults={"added_at": at})[0]


@transaction.atomic
def take_off(shortlist: Shortlist, pick: Pick) -> None:
    """Take a course off a list."""
    Pick.objects.filter(shortlist=_held(shortlist), pk=pick.pk).delete()


@transaction.atomic
def write_on(shortlist: Shortlist, *, title: str, note: str, notes: Mapping[int, str]) -> Shortlist:
    """Change the title and the words of a list, and what stands beside its courses, by the key of each pick."""
    held = _held(shortlist)
    held.title, held.note = title, note
    held.save(update_fields=["title", "note"])
    for pick in Pick.objects.filter(shortlist=held, pk__in=list(notes)):
        pick.note = notes[pick.pk]
        pick.save(update_fields=["note"])
    return held


@transaction.atomic
def take_back(shortlist: Shortlist, *, at: datetime) -> None:
    """End the link: from now on it shows nothing. The first time counts."""
    Shortlist.objects.filter(pk=shortlist.pk, ended_at=None).update(ended_at=at)
    shortlist.refresh_from_db()


@transaction.atomic
def delete_shortlist(shortlist: Shortlist) -> None:
    """Delete a list, and with it its link."""
    shortlist.delete()


class NothingToSend(Refused):
    """The list is empty, or its link has run out."""


class TooManyMails(Forbidden):
    """The adviser sent as many lists by e-mail as one person may in a day."""

    status = 429


class NotSent(Refused):
    """The mail server did not take the message."""

    status = 503


@transaction.atomic
def send_shortlist(
    shortlist: Shortlist, *, to: str, organisation: Organisation, by: Person, link: str, at: datetime
) -> None:
    """Send the link by e-mail on behalf of an organisation. The address is used once and not kept.

    Only an adviser of the organisation may: anyone else could make the site write to strangers.
    """
    demand(by, "shortlist.send", organisation)
    Person.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two sendings at once count one after the other
    held = _held(shortlist)
    if held.expires_on < at.date() or not Pick.objects.filter(shortlist=held).exists():
        raise NothingToSend(_("There is nothing to send: the list is empty, or its link has run out."))
    lately = Sending.objects.filter(shortlist__author=by, sent_at__gt=at - timedelta(days=1)).count()
    if lately >= MOST_MAILS_A_DAY:
        raise TooManyMails(
            _("You sent %(most)d lists by e-mail today. Go on tomorrow, or copy the link into a message of your own.")
            % {"most": MOST_MAILS_A_DAY}
        )
    held.organisation = organisation
    held.save(update_fields=["organisation"])
    Sending.objects.create(shortlist=held, sent_at=at)
    try:
        EmailMessage(_subject(held), _letter(held, by, organisation, link), to=[to]).send()
    except (OSError, SMTPException) as error:
        log.warning("a shortlist could not be sent: %s", error)
        raise NotSent(
            _("The mail server did not take the message, and nothing was sent. Copy the link into one of your own.")
        ) from error


def _subject(shortlist: Shortlist) -> str:
    return _("Courses chosen for you: %(title)s") % {"title": shortlist.title}


def _letter(shortlist: Shortlist, by: Person, organisation: Organisation, link: str) -> str:
    who = _("%(name)s of %(organisation)s chose courses for you.") % {
        "name": by.name or by.email, "organisation": organisation.name,
    }  # fmt: skip
    until = _("The link works until %(day)s. You need no account, and nobody learns whether you opened it.") % {
        "day": date_format(shortlist.expires_on)
    }
    return "\n\n".join(part for part in (who, shortlist.title, shortlist.note.strip(), link, until) if part) + "\n"


@transaction.atomic
def forget_shortlists(*, at: datetime) -> int:
    """Delete lists whose link ran out or was taken back more than thirty days ago; return how many."""
    before = at - KEPT_FOR
    old = Shortlist.objects.filter(expires_on__lt=before.date()) | Shortlist.objects.filter(ended_at__lt=before)
    number = old.count()
    old.delete()
    return number
