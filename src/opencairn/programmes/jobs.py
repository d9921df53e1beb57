"""Background work of the room: reminding providers of descriptions that should have been looked at again."""

from datetime import datetime
from itertools import groupby
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from opencairn.kit.text import pick
from opencairn.people.access import PERMISSIONS
from opencairn.people.models import Organisation, Person
from opencairn.programmes import actions as programmes
from opencairn.programmes import queries
from opencairn.programmes.models import ProgrammeVersion


@transaction.atomic
def remind_of_reviews(*, at: datetime) -> int:
    """Write once to those who describe a course when its review is overdue (Q16); return for how many courses.

    One mail for each person and provider. It is sent before the mark is committed: a crash between the two sends it
    again rather than never.
    """
    providers = Organisation.objects.filter(is_provider=True, closed_at=None)
    due = queries.awaiting_review(providers, at.date()).filter(review_reminded_at=None)
    fresh = [version for version in due.order_by("programme__provider", "review_due_on") if programmes.mark_reminded(version, at=at)]
    for _provider, group in groupby(fresh, key=lambda version: version.programme.provider_id):
        versions = list(group)
        for person in _authors(versions[0].programme.provider):
            _write(person, versions)
    return len(fresh)


def _authors(provider: Organisation) -> list[Person]:
    roles = PERMISSIONS["programme.describe"]
    members = Person.objects.filter(membership__organisation=provider, membership__role__in=roles, is_active=True)
    return list(members.distinct().order_by("email"))


def _write(person: Person, versions: list[ProgrammeVersion]) -> None:
    language = person.language or settings.LANGUAGE_CODE
    with override(language):
        lines = "\n".join(
            f"- {pick(one.title, (language, 'en'))[1]} ({date_format(one.review_due_on)})" for one in versions
        )
        subject = _("A course of %(name)s should be reviewed") % {"name": versions[0].programme.provider.name}
        body = _(
            "You said that these descriptions would be looked at again by the day behind each. That day has passed, and "
            "their public pages say so:\n\n%(courses)s\n\nRead each again, start the next version, change what has "
            "changed, and publish it with a new day:\n%(address)s"
        ) % {"courses": lines, "address": f"{settings.BASE_URL}{reverse('programmes:desk')}?show=overdue"}
        try:
            send_mail(subject.replace("\n", " "), body, None, [person.email])
        except SMTPRecipientsRefused:
            return  # one address that takes no mail does not keep the others waiting
