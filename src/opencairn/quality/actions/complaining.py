"""Complaints: by anyone, acknowledged at once, read by the quality body alone, and answered."""

from datetime import datetime
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.quality.models import COMPLAINT_OUTCOMES, Complaint, Decision

from .impartial import must_be_impartial

LONGEST = 10_000  # letters


class WrongComplaint(Refused):
    """A complaint says what happened; its answer says what came of it."""

    status = 422


@transaction.atomic
def complain(
    decision: Decision, *, text: str, name: str = "", email: str = "", confidential: bool = True,
    person: Person | None = None, at: datetime,
) -> Complaint:  # fmt: skip
    """Write to a decision's quality body about the organisation it judged. Who leaves an address gets a receipt.

    What is sent twice, as by a second press of the button, is one complaint while it is open.
    """
    if not text.strip() or len(text) > LONGEST:
        raise WrongComplaint(_("Say what happened, in %(most)d letters at most.") % {"most": LONGEST})
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    wrote: dict[str, Any] = {
        "person": person, "name": name.strip()[:200], "email": email.strip(), "text": text.strip(),
        "confidential": confidential,
    }  # fmt: skip
    if there := Complaint.objects.filter(decision=decision, closed_at=None, **wrote).first():
        return there
    made = Complaint.objects.create(
        **wrote,
        about=decision.provider,
        decision=decision,
        quality_body=decision.quality_body,
        language=get_language() or "",
        received_at=at,
    )
    if made.email:
        _mail(
            made,
            _("Your complaint was received"),
            _("We received it on %(day)s and look into it.") % {"day": date_format(at.date())},
        )
        made.acknowledged_at = at
        made.save(update_fields=["acknowledged_at"])
    return made


def _mail(complaint: Complaint, subject: str, words: str) -> None:
    about = _("About %(name)s, to %(body)s. Reference: %(key)s") % {
        "name": complaint.about.name, "body": complaint.quality_body.name, "key": complaint.pk,
    }  # fmt: skip
    send_mail(subject, f"{words}\n\n{about}\n", None, [complaint.email])


@transaction.atomic
def answer_complaint(complaint: Complaint, *, answer: str, outcome: str, by: Person | None, at: datetime) -> Complaint:
    """Close a complaint with an answer, which goes to whoever left an address, and say whether it was right."""
    complaint = (
        Complaint.objects.select_for_update(of=("self",)).select_related("about", "quality_body").get(pk=complaint.pk)
    )
    must_be_impartial(by, complaint.about)
    if complaint.closed_at is not None:
        raise WrongComplaint(_("This complaint was answered."))
    if not answer.strip():
        raise WrongComplaint(_("Write what came of it."))
    if outcome not in dict(COMPLAINT_OUTCOMES):
        raise WrongComplaint(_("Say whether the complaint was right."))
    complaint.answer, complaint.outcome = answer.strip(), outcome
    complaint.closed_by, complaint.closed_at = by, at
    complaint.acknowledged_at = complaint.acknowledged_at or at
    complaint.save(update_fields=["answer", "outcome", "closed_by", "closed_at", "acknowledged_at"])
    if complaint.email:
        _mail(complaint, _("Your complaint was answered"), complaint.answer)
    return complaint
