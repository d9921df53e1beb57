"""Every write of the programmes room."""

from .checking import NotUsable
from .descriptions import (
    Frozen,
    Incomplete,
    NotAProvider,
    ReasonNeeded,
    UnknownProfile,
    Untitled,
    Withdrawn,
    align_skill,
    create_programme,
    describe,
    draft_next_version,
    erase_person,
    list_incomplete,
    publish,
    set_outcomes,
    withdraw,
)
from .listings import import_listing
from .offerings import AlreadyCancelled, NotPlannable, cancel_offering, plan_offering
from .partners import Unstated, checked_partners, set_partners, state_assurance
from .reviews import mark_reminded

__all__ = [
    "AlreadyCancelled",
    "Frozen",
    "Incomplete",
    "NotAProvider",
    "NotPlannable",
    "NotUsable",
    "ReasonNeeded",
    "UnknownProfile",
    "Unstated",
    "Untitled",
    "Withdrawn",
    "align_skill",
    "cancel_offering",
    "checked_partners",
    "create_programme",
    "describe",
    "draft_next_version",
    "erase_person",
    "import_listing",
    "list_incomplete",
    "mark_reminded",
    "plan_offering",
    "publish",
    "set_outcomes",
    "set_partners",
    "state_assurance",
    "withdraw",
]
