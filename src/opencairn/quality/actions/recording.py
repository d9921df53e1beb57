"""The register's revision: a number for each change of what counts."""

from datetime import datetime

from opencairn.quality.models import Change, Decision


def record_change(decision: Decision, kind: str, *, at: datetime) -> Change:
    """Note that something was written that counts with a decision. Call it after the entry of the log."""
    return Change.objects.create(decision=decision, kind=kind, at=at)
