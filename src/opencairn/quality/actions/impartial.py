"""Nobody judges the work of an organisation they belong to, nor without having said so."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused
from opencairn.people.models import Membership, Organisation, Person
from opencairn.quality import rules
from opencairn.quality.models import Assignment, Decision, Review
from opencairn.quality.queries import chain_of


class ConflictOfInterest(Refused):
    """Nobody judges the work of an organisation they belong to."""

    status = 403


def must_be_impartial(person: Person | None, *concerned: Organisation | None) -> None:
    """Refuse a member of the provider, or of the awarding body of the version reviewed."""
    own = Membership.objects.filter(person=person, organisation__in=[one for one in concerned if one])
    if person is not None and (found := own.select_related("organisation").first()):
        raise ConflictOfInterest(
            _("You are a member of %(name)s, so you cannot judge its courses. Ask a colleague to do it.")
            % {"name": found.organisation.name}
        )


def must_be_free(person: Person | None, about: Review | Decision) -> None:
    """Refuse a member of the judged organisation, and whoever declared a conflict of interest about the same thing.

    A conflict that was declared binds in audits, sanctions, appeals and renewals too, until the person states in a
    later one that none stands in the way any more; where it was declared, it stands.
    """
    review = about if isinstance(about, Review) else about.review
    applicant = about.applicant if isinstance(about, Review) else about.provider
    version = review.version if review else None
    must_be_impartial(person, applicant, version.awarding_body if version else None)
    if person is None:
        return
    programme = version.programme_id if version else about.programme_id if isinstance(about, Decision) else None
    said = Assignment.objects.filter(assessor=person, conflict__isnull=False, review__applicant=applicant)
    said = said.filter(review__version__programme=programme, review__scheme=about.scheme_id)
    newest = said.order_by("-declared_at", "-pk").first()
    if (newest is not None and newest.conflict) or said.filter(review=review, conflict=True).exists():
        raise ConflictOfInterest(_("You declared a conflict of interest, so you cannot assess this application."))


class NotDeclared(Refused):
    """Who assesses has to say first whether a conflict of interest stands in the way."""

    status = 403


def must_have_declared(review: Review, person: Person | None) -> None:
    """Refuse a person who was not asked to assess, has not made the statement, or has declared a conflict."""
    if person is None:
        return
    found = Assignment.objects.filter(review=review, assessor=person).first()
    if found is None:
        raise NotDeclared(_("You were not asked to assess this application. Ask a decision maker to name you."))
    if found.conflict is None:
        raise NotDeclared(_("Say first whether you have a conflict of interest: the form stands above the criteria."))
    if found.conflict:
        raise ConflictOfInterest(_("You declared a conflict of interest, so you cannot assess this application."))


class NoMandate(Refused):
    """Under this framework only those judge whom an unbroken chain of mandates lets."""


def must_have_mandate(holder: Organisation | Person | None, framework: rules.Framework, day: date) -> None:
    """Refuse a body or an assessor whose chain up to the state is broken on the day (Q7)."""
    if framework.assessor.kind != "accredited-third-party" or holder is None:
        return
    if not chain_of(holder, framework.key, day):
        raise NoMandate(
            _("%(name)s has no mandate under this framework that counts on %(day)s, or a link above it is missing.")
            % {"name": holder, "day": date_format(day)}
        )
