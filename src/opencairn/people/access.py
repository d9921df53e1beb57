"""The one permission table: what each role of an organisation may do. Printed in docs/reference/permissions.md.

Loaders named ``access_<noun>`` in each room's ``queries.py`` load a row and check a permission in one call.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.errors import Forbidden

from .models import Membership, Organisation, Person

if TYPE_CHECKING:
    from django.http import HttpRequest

ROLES = {
    "manager": __("Manager: runs the organisation's account and may do everything in it"),
    "author": __("Author: describes courses and plans their dates"),
    "assessor": __("Assessor: records results and decides awards"),
    "registrar": __("Registrar: issues and revokes credentials"),
    "reviewer": __("Reviewer: writes findings for a quality body"),
    "decider": __("Decision maker: decides for a quality body"),
    "adviser": __("Adviser: sends people lists of courses that may suit them"),
}

PERMISSIONS: dict[str, tuple[str, ...]] = {
    # people
    "organisation.see": ("manager", "author", "assessor", "registrar", "reviewer", "decider", "adviser"),
    "organisation.edit": ("manager",),
    "membership.change": ("manager",),
    # skills
    "alignment.review": ("manager", "author"),
    # programmes
    "programme.see_draft": ("manager", "author", "assessor", "registrar"),
    "programme.describe": ("manager", "author"),
    "programme.publish": ("manager", "author"),
    "programme.withdraw": ("manager",),
    "offering.plan": ("manager", "author"),
    "offering.cancel": ("manager", "author"),
    "feed.manage": ("manager",),
    # quality
    "review.request": ("manager", "author"),
    "review.see": ("manager", "reviewer", "decider"),
    "review.assign": ("manager", "decider"),
    "review.find": ("manager", "reviewer"),
    "review.decide": ("manager", "decider"),
    "decision.sanction": ("manager", "decider"),
    "decision.answer": ("manager",),
    "condition.report": ("manager", "author"),
    "complaint.see": ("manager", "decider"),
    "mandate.grant": ("manager",),
    "endorsement.ask": ("manager", "author"),
    "endorsement.answer": ("manager", "decider"),
    # catalogue
    "shortlist.send": ("manager", "adviser"),
    # learning
    "enrolment.see": ("manager", "assessor", "registrar"),
    "result.record": ("manager", "assessor"),
    "award.decide": ("manager", "assessor"),
    "award.withdraw": ("manager", "assessor", "registrar"),
    # credentials
    "credential.see": ("manager", "registrar"),
    "credential.issue": ("manager", "registrar"),
    "credential.revoke": ("manager", "registrar"),
    "credential.correct": ("manager", "registrar"),
    "key.rotate": ("manager",),
    "policy.edit": ("manager",),
}

OPERATOR_PERMISSIONS = (
    "feed.oversee",
    "mandate.found",
    "organisation.register",
    "organisation.verify",
    "organisation.wind_up",
    "register.follow",
    "skill.import",
)


def may(person: Person | AnonymousUser, permission: str, organisation: Organisation | None = None) -> bool:
    """Whether the person holds a role in the organisation that carries the permission.

    Operator permissions need no organisation. Raises KeyError for a permission that is not in the table.
    """
    if permission in OPERATOR_PERMISSIONS:
        return isinstance(person, Person) and person.is_active and person.is_operator
    roles = PERMISSIONS[permission]
    if organisation is None or not isinstance(person, Person) or not person.is_active:
        return False
    return Membership.objects.filter(person=person, organisation=organisation, role__in=roles).exists()


def demand(person: Person | AnonymousUser, permission: str, organisation: Organisation | None = None) -> None:
    """Raise Forbidden, in words that say whom to ask, unless the person may."""
    if may(person, permission, organisation):
        return
    if organisation is None:
        raise Forbidden(_("Only the operator of this site may do this."))
    roles = ", ".join(str(ROLES[role]).split(":")[0] for role in PERMISSIONS.get(permission, ()))
    raise Forbidden(
        _("Your roles in %(name)s do not allow this. Ask a manager there for one of: %(roles)s.")
        % {"name": organisation.name, "roles": roles}
    )


def person_of(request: "HttpRequest") -> Person:
    """Return the signed-in person of a request behind ``login_required``. Raises Forbidden where there is none."""
    if not isinstance(request.user, Person):
        raise Forbidden(_("Sign in first."))
    return request.user
