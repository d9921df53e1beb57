import uuid
from typing import ClassVar

from django.db import models

from opencairn.credentials.models import Credential
from opencairn.people.models import Person


class Holding(models.Model):
    """A credential in a person's portfolio, from the moment they accepted it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", related_query_name="holding")
    credential = models.OneToOneField(
        Credential, on_delete=models.CASCADE, related_name="+", related_query_name="holding"
    )
    accepted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} holds {self.credential}"


class ShareQuerySet(models.QuerySet["Share"]):
    """Named reads of the shares table."""

    def open(self) -> "ShareQuerySet":
        """Shares that were not taken back."""
        return self.filter(ended_at=None)


class Share(models.Model):
    """An unguessable link to one holding; whoever has it can see and verify the credential until it is ended."""

    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="+", related_query_name="share")
    token = models.CharField(max_length=60, unique=True)
    purpose = models.CharField(
        max_length=12, default="link", choices=[("link", "link"), ("certificate", "certificate")]
    )
    note = models.CharField(
        max_length=120, blank=True, default="", help_text="Whom it is for; only the holder sees it."
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Share"]] = ShareQuerySet.as_manager()

    def __str__(self) -> str:
        return f"share of {self.holding}"
