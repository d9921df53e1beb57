from typing import ClassVar

from django.db import models
from django.db.models import Q


class LogKey(models.Model):
    """A key of the operator that signs heads. The private half is stored wrapped; ``did`` is its did:key."""

    did = models.CharField(max_length=120, unique=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.did


class Log(models.Model):
    """The one row that says how far the log has come. Who appends holds it until the end of their transaction.

    ``edge`` is the hashes of the complete subtrees, 32 bytes each, the largest first. ``origin`` names the log for
    good, also where the site moves. ``key`` signs its heads; a log without entries has none yet.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    origin = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    edge = models.BinaryField(default=bytes)
    key = models.ForeignKey(LogKey, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="log_is_one")]

    def __str__(self) -> str:
        return f"{self.origin}: {self.size} entries"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Named reads of the entries table."""

    def between(self, first: int, last: int) -> "EntryQuerySet":
        """Entries from one index to another, both included, in their order."""
        return self.filter(index__range=(first, last)).order_by("index")


class Entry(models.Model):
    """One public fact. ``text`` is exactly what was hashed; ``about`` is what it can be looked up by.

    The first entry has the index 0, and there are no gaps. Triggers refuse to change or delete a row.
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=400)
    text = models.TextField()
    leaf = models.BinaryField()
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["Entry"]] = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="log_entry_about"),
            models.Index(fields=["leaf"], name="log_entry_leaf"),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.kind} {self.about}"


class Node(models.Model):
    """The hash of a complete subtree of two leaves or more, by its number (engine.merkle.Place). It never changes."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()

    def __str__(self) -> str:
        return str(self.number)


class TreeHead(models.Model):
    """The size and root of the log at an instant, signed. Triggers refuse to change or delete a row."""

    origin = models.CharField(max_length=300)
    size = models.BigIntegerField(db_index=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    key = models.ForeignKey(LogKey, on_delete=models.PROTECT, related_name="+")
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.size} entries at {self.at}"
