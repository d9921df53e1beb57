"""What happens when the review of a description is due."""

from datetime import datetime

from django.db import transaction

from opencairn.programmes.models import ProgrammeVersion


@transaction.atomic
def mark_reminded(version: ProgrammeVersion, *, at: datetime) -> bool:
    """Note that the provider is reminded of an overdue review; False where somebody was quicker."""
    waiting = ProgrammeVersion.objects.filter(pk=version.pk, review_reminded_at=None)
    return bool(waiting.update(review_reminded_at=at))
