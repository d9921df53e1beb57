"""What employers accept: policies made, changed and ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from opencairn.credentials import rules
from opencairn.credentials.models import Policy
from opencairn.kit.errors import Refused
from opencairn.kit.ids import token
from opencairn.people.models import Organisation

MOST_POLICIES = 50


class PolicyWrong(Refused):
    """A policy needs a name and at least one thing that it asks, each of the kind that can be compared."""

    status = 422


def _checked(name: str, wanted: Mapping[str, Any]) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise PolicyWrong(_("Give the policy a name of at most 120 characters."))
    if faults := list(rules.policy_faults(wanted)):
        raise PolicyWrong(_("These parts of the policy cannot be used: %(keys)s.") % {"keys": ", ".join(faults)})
    if not wanted:
        raise PolicyWrong(_("A policy has to ask for something. Choose at least one condition."))
    return name


@transaction.atomic
def make_policy(employer: Organisation, *, name: str, wanted: Mapping[str, Any], at: datetime) -> Policy:
    """Write down what an employer accepts, with a link that others can check against. Raises PolicyWrong."""
    name = _checked(name, wanted)
    held = Organisation.objects.select_for_update().get(pk=employer.pk)
    if not held.is_employer or held.closed_at:
        raise PolicyWrong(_("Only an organisation that is registered as an employer sets what it accepts."))
    if Policy.objects.open().filter(organisation=held).count() >= MOST_POLICIES:
        raise PolicyWrong(_("There are %(most)d policies already. End one first.") % {"most": MOST_POLICIES})
    facts = {"wanted": dict(wanted), "token": token(), "made_at": at, "changed_at": at}
    return Policy.objects.create(organisation=held, name=name, **facts)


@transaction.atomic
def write_policy(policy: Policy, *, name: str, wanted: Mapping[str, Any], at: datetime) -> Policy:
    """Change what a policy asks; its link stays. Raises PolicyWrong."""
    name = _checked(name, wanted)
    held = Policy.objects.select_for_update().get(pk=policy.pk)
    if held.ended_at:
        raise PolicyWrong(_("This policy was ended. Make a new one."))
    held.name, held.wanted, held.changed_at = name, dict(wanted), at
    held.save(update_fields=["name", "wanted", "changed_at"])
    return held


@transaction.atomic
def end_policy(policy: Policy, *, at: datetime) -> None:
    """End a policy: nothing is checked against it any more. The first time counts."""
    Policy.objects.filter(pk=policy.pk, ended_at=None).update(ended_at=at)
