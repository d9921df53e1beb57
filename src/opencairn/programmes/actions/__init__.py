"""Every write of the programmes room."""

from .changes import first_revision, record_changes, record_latest_changes
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
from .dumps import MANIFEST, dump, dump_file, dump_folder, write_dump
from .listings import import_listing
from .offerings import AlreadyCancelled, NotPlannable, cancel_offering, plan_offering

__all__ = [
    "MANIFEST",
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
    "dump",
    "dump_file",
    "dump_folder",
    "write_dump",
    "first_revision",
    "record_changes",
    "record_latest_changes",
    "withdraw",
]
