from typing import ClassVar

from django.db import models

from opencairn.people.models import Person


class ForeignRegisterQuerySet(models.QuerySet["ForeignRegister"]):
    """Named reads of the registers kept elsewhere."""

    def followed(self) -> "ForeignRegisterQuerySet":
        """Registers that the operator follows today."""
        return self.filter(dropped_at=None)


class ForeignRegister(models.Model):
    """A register that somebody else keeps, of which this site holds the last good copy.

    ``address`` is "" where the operator brings a file. ``key`` is the did:key that has to have signed it, the first
    one that did where none was agreed; "" takes a copy that nobody signed. ``asked_at`` is the last try, ``read_at``
    the last good copy; ``made_at`` and ``fresh_until`` are that copy's own words. ``problem`` says why the last try
    left the copy as it was, "" where it did not.
    """

    name = models.CharField(max_length=200)
    address = models.URLField(max_length=400, blank=True, default="")
    key = models.CharField(max_length=120, blank=True, default="")
    form = models.CharField(max_length=20, blank=True, default="", help_text="snapshot or known-issuers.")
    added_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    fresh_until = models.DateTimeField(null=True, blank=True)
    signed = models.BooleanField(default=False)
    problem = models.CharField(max_length=20, blank=True, default="")
    problem_told = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar[models.Manager["ForeignRegister"]] = ForeignRegisterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ForeignIssuer(models.Model):
    """What the last good copy of a register elsewhere says about one issuer, by the did it signs with.

    ``accreditations`` are dated facts in the words of a snapshot, after a line that says so where its key may be in
    other hands; empty where the register only says who it is.
    """

    register = models.ForeignKey(ForeignRegister, on_delete=models.CASCADE, related_name="+")
    did = models.CharField(max_length=300, db_index=True)
    name = models.CharField(max_length=300)
    country = models.CharField(max_length=100, blank=True, default="")
    accreditations = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "did"], name="foreign_issuer_once")]

    def __str__(self) -> str:
        return f"{self.name} in {self.register}"
