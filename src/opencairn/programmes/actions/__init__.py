"""Every write of the programmes room."""

from .checking import NotUsable
from .descriptions import (
    Frozen,
    Incomplete,
    NotAProvider,
    ReasonNeeded,
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

__all__ = [
    "AlreadyCancelled",
    "Frozen",
    "Incomplete",
    "NotAProvider",
    "NotPlannable",
    "NotUsable",
    "ReasonNeeded",
    "Untitled",
    "Withdrawn",
    "align_skill",
    "cancel_offering",
    "create_programme",
    "describe",
    "draft_next_version",
    "erase_person",
    "import_listing",
    "list_incomplete",
    "plan_offering",
    "publish",
    "set_outcomes",
    "withdraw",
]
