import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Organisation, Person

COMPLAINT_OUTCOMES = [
    ("upheld", __("It was right")),
    ("rejected", __("It was not right")),
    ("outside", __("It is not for us to judge")),
]


class Mandate(models.Model):
    """Who may judge: one link of the chain from the state to an accreditor, a certifier and its assessors (Q7).

    ``granted_by`` is the organisation above, or None at the top, where ``authority`` says who is. The holder is an
    organisation or a person. Without a ``framework`` it counts for all. A mandate is never edited: it ends. What a
    person held who had their data erased stays, without saying whose it was (``erased_at``).
    """

    granted_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", related_query_name="granted"
    )
    authority = models.CharField(max_length=250, blank=True, default="")
    holder = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", related_query_name="mandate"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", related_query_name="mandate"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    framework = models.CharField(max_length=60, blank=True, default="")
    first_on = models.DateField()
    last_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    reasons = models.TextField(blank=True, default="")
    recorded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__isnull=False, person=None, erased_at=None)
                | Q(holder=None, person__isnull=False, erased_at=None)
                | Q(holder=None, person=None, erased_at__isnull=False),
                name="mandate_has_one_holder",
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="mandate_ends_after_its_start"),
        ]

    def __str__(self) -> str:
        return f"{self.held_by} by {self.granted_by or self.authority} from {self.first_on}"

    @property
    def held_by(self) -> str:
        """Its holder by name, as far as one is left."""
        return str(self.holder or self.person or _("An assessor (erased on request)"))


class Complaint(models.Model):
    """What anyone wrote to a quality body about an organisation it judges. Only the body reads it.

    A ``confidential`` one never gives its sender away to the organisation complained about. ``outcome`` is upheld,
    rejected or outside (not for the body to judge), "" while it is open; how many were upheld is public.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    about = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("quality.Decision", on_delete=models.PROTECT, null=True, related_name="+")
    quality_body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    confidential = models.BooleanField(default=True)
    text = models.TextField()
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=12, blank=True, default="", choices=COMPLAINT_OUTCOMES)
    closed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["received_at"]

    def __str__(self) -> str:
        return f"complaint about {self.about}"


class Reminder(models.Model):
    """A reminder that was sent, once: of what, for which day, how many days before; or that a miss was logged (0)."""

    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=60)
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "about", "due_on", "days"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}, due on {self.due_on}"
