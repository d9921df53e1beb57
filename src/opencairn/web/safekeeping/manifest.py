"""What a backup says about itself: its first member, ``manifest.json``."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused

NAME = "manifest.json"
KIND = "opencairn-backup"
FORMAT = 1
LARGEST_MANIFEST = 64 * 1024 * 1024


class NotABackup(Refused):
    """The file is no backup of OpenCairn, is damaged, or was changed."""


@dataclass(frozen=True)
class Manifest:
    """The facts of one backup. ``members`` maps each name to its SHA-256 in hex and its size in bytes."""

    version: str
    made_at: str
    base_url: str
    database: str
    migrations: tuple[str, ...]
    members: Mapping[str, tuple[str, int]]

    def as_json(self) -> bytes:
        """Return the member's bytes."""
        whole = {"kind": KIND, "format": FORMAT, **asdict(self)}
        return json.dumps(whole, indent=1, sort_keys=True).encode()


def read(data: bytes) -> Manifest:
    """Read a manifest. Raises NotABackup where it is none, or one of a later format."""
    try:
        facts: dict[str, Any] = json.loads(data)
        format_ = int(facts["format"]) if facts["kind"] == KIND else 0
        members = {str(name): (str(digest), int(size)) for name, (digest, size) in facts["members"].items()}
        manifest = Manifest(
            version=str(facts["version"]),
            made_at=str(facts["made_at"]),
            base_url=str(facts["base_url"]),
            database=str(facts["database"]),
            migrations=tuple(str(name) for name in facts["migrations"]),
            members=members,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotABackup(_("This is not a backup made by OpenCairn: its manifest cannot be read.")) from error
    if format_ == 0:
        raise NotABackup(_("This is not a backup made by OpenCairn."))
    if format_ > FORMAT:
        raise NotABackup(_("A newer version of OpenCairn made this backup. Update OpenCairn, then restore it."))
    for name in members:
        if not is_safe(name):
            raise NotABackup(_("The backup names a file outside of itself (%(name)s). Do not use it.") % {"name": name})
    return manifest


def is_safe(name: str) -> bool:
    """Whether a member's name stays inside the folder it is unpacked to."""
    path = PurePosixPath(name)
    return (
        str(path) == name
        and not path.is_absolute()
        and ".." not in path.parts
        and path.parts[:1] in {("database",), ("files",), ("keys",)}
        and len(path.parts) > 1
        and "\\" not in name
        and "\0" not in name
    )
