"""Every write of the programmes room."""

from .changes import first_revision, record_changes, record_latest_changes
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
from .dumps import dump, dump_file, dump_folder, manifest, write_dump
from .feeds import NotAFeed, look_now, new_bell, pause_feed, register_feed, ring
from .harvest import claim_feed, harvest_due, withdraw_missing
from .listings import import_listing
from .offerings import AlreadyCancelled, NotPlannable, cancel_offering, plan_offering
from .partners import Unstated, checked_partners, set_partners, state_assurance
from .pushing import WrongPush, check_push, push_due
from .reviews import mark_reminded
from .rows import SpeaksForItself, Taken, take_row

__all__ = [
    "AlreadyCancelled",
    "Frozen",
    "Incomplete",
    "NotAFeed",
    "NotAProvider",
    "NotPlannable",
    "NotUsable",
    "ReasonNeeded",
    "SpeaksForItself",
    "Taken",
    "UnknownProfile",
    "Unstated",
    "Untitled",
    "Withdrawn",
    "WrongPush",
    "align_skill",
    "cancel_offering",
    "check_push",
    "checked_partners",
    "claim_feed",
    "create_programme",
    "describe",
    "draft_next_version",
    "dump",
    "dump_file",
    "dump_folder",
    "erase_person",
    "first_revision",
    "harvest_due",
    "import_listing",
    "list_incomplete",
    "look_now",
    "manifest",
    "mark_reminded",
    "new_bell",
    "pause_feed",
    "plan_offering",
    "publish",
    "push_due",
    "record_changes",
    "record_latest_changes",
    "register_feed",
    "ring",
    "set_outcomes",
    "set_partners",
    "state_assurance",
    "take_row",
    "withdraw",
    "withdraw_missing",
    "write_dump",
]
