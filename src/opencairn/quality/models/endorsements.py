import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from opencairn.people.models import Organisation, Person
from opencairn.programmes.models import Programme


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    """Named reads of the endorsements table."""

    def waiting(self) -> "EndorsementQuerySet":
        """Requests nobody has answered."""
        return self.filter(verdict="", revoked_at=None)

    def in_force(self) -> "EndorsementQuerySet":
        """Endorsements that were given and not taken back, by an organisation that is still there."""
        return self.filter(verdict="granted", revoked_at=None, endorser__closed_at=None)


class Endorsement(models.Model):
    """An employer or a professional body vouches for a provider, or for one of its programmes, because it was asked.

    ``verdict`` is "" while it waits, then granted or declined. What was granted can be taken back, with a reason. A row
    is never deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endorser = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", related_query_name="endorsement"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+", related_query_name="endorsement"
    )
    message = models.TextField(blank=True, default="", help_text="What the provider wrote when it asked.")
    requested_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField()
    verdict = models.CharField(
        max_length=12, blank=True, default="", choices=[("granted", "granted"), ("declined", "declined")]
    )
    words = models.TextField(blank=True, default="", help_text="What the endorser says; public where it endorses.")
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager["Endorsement"]] = EndorsementQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["endorser", "programme"],
                condition=~Q(verdict="declined") & Q(revoked_at=None, programme__isnull=False),
                name="endorsement_one_of_a_course",
            ),
            models.UniqueConstraint(
                fields=["endorser", "provider"],
                condition=~Q(verdict="declined") & Q(revoked_at=None, programme=None),
                name="endorsement_one_of_a_provider",
            ),
            models.CheckConstraint(condition=~Q(endorser=F("provider")), name="endorsement_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.endorser} on {self.programme or self.provider}: {self.verdict or 'asked'}"
