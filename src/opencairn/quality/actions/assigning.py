"""Assessors are named for an application, and say whether a conflict of interest stands in the way."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.access import may
from opencairn.people.models import Person
from opencairn.quality.frameworks import framework as framework_of
from opencairn.quality.models import Assignment, Review

from .impartial import must_be_impartial, must_have_mandate


class CannotAssess(Refused):
    """This person cannot be named for this application."""


@transaction.atomic
def assign(review: Review, *, assessor: Person, by: Person | None, at: datetime) -> Assignment:
    """Name a person of the quality body to assess an application. Members of the judged organisation are refused."""
    review = Review.objects.select_for_update(of=("self",)).select_related("quality_body").get(pk=review.pk)
    if review.closed_at is not None or review.draft:
        raise CannotAssess(_("Only an application that was sent and is not decided needs an assessor."))
    if not may(assessor, "review.find", review.quality_body):
        raise CannotAssess(
            _("%(name)s is not a reviewer of %(body)s. A manager there can give the role.")
            % {"name": assessor, "body": review.quality_body.name}
        )
    awarding = review.version.awarding_body if review.version else None
    must_be_impartial(assessor, review.applicant, awarding)
    must_have_mandate(assessor, framework_of(review.framework, review.framework_version), at.date())
    made, _new = Assignment.objects.get_or_create(
        review=review, assessor=assessor, defaults={"assigned_by": by, "assigned_at": at}
    )
    if review.reviewer_id is None:
        review.reviewer = assessor
        review.save(update_fields=["reviewer"])
    return made


class AlreadyDeclared(Refused):
    """A statement stands as it was made."""


@transaction.atomic
def declare(review: Review, *, conflict: bool, statement: str = "", by: Person | None, at: datetime) -> Assignment:
    """State whether a conflict of interest stands in the way. It can be made once, but a conflict can be added later.

    Who declares a conflict no longer assesses, and the application waits for somebody else.
    """
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("review")
        .filter(review=review, assessor=by)
        .first()
    )
    if found is None:
        raise CannotAssess(_("You were not asked to assess this application. Ask a decision maker to name you."))
    if found.conflict is not None and not (conflict and not found.conflict):
        raise AlreadyDeclared(_("You made your statement already, and it stands. A conflict can still be declared."))
    if conflict and not statement.strip():
        raise CannotAssess(_("Say in a sentence what the conflict is: it stays between you and your quality body."))
    found.conflict, found.statement, found.declared_at = conflict, statement.strip(), at
    found.save(update_fields=["conflict", "statement", "declared_at"])
    if conflict and found.review.reviewer_id == found.assessor_id:
        Review.objects.filter(pk=review.pk).update(reviewer=None)
    return found
