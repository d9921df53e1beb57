from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    """Named reads of the jobs table."""

    def due(self, at: datetime) -> "JobQuerySet":
        """Jobs that may be claimed at this instant: not finished, due, and not under a running lease."""
        return self.filter(state="waiting", due_at__lte=at).filter(Q(lease_until=None) | Q(lease_until__lte=at))

    def failed(self) -> "JobQuerySet":
        """Jobs that gave up after their last attempt and wait for a person."""
        return self.filter(state="failed")


class Job(models.Model):
    """One piece of work. ``kind`` names the function in the schedule; ``key`` makes enqueuing idempotent."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, default="", blank=True)
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10,
        default="waiting",
        choices=[("waiting", "waiting"), ("done", "done"), ("failed", "failed")],
    )
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager["Job"]] = JobQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key")]
        indexes = [models.Index(fields=["state", "due_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".strip()
