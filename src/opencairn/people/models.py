import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager["Person"]):
    """Makes people; used by the sign-up forms and the command line."""

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "Person":
        """Create a person who can sign in. The e-mail is lower-cased."""
        person = self.model(email=email.strip().lower(), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A human being who signs in. ``email`` is the primary one; the others are allauth's EmailAddress rows (UW1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(unique=True)
    language = models.CharField(max_length=12, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False, help_text="Runs this site: registers and verifies organisations.")
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name or self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Named reads of the organisations table."""

    def providers(self) -> "OrganisationQuerySet":
        """Organisations that describe programmes and award."""
        return self.filter(is_provider=True)

    def quality_bodies(self) -> "OrganisationQuerySet":
        """Organisations that review and decide."""
        return self.filter(is_quality_body=True)

    def verified(self) -> "OrganisationQuerySet":
        """Organisations whose identity the operator has checked: only they can sign (V1)."""
        return self.filter(verified_at__isnull=False)


class Organisation(models.Model):
    """A provider, a quality body, a funder or an employer; one organisation can be several of these."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=250)
    description = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2, such as DE.")
    locality = models.CharField(max_length=120, blank=True, default="")
    website = models.URLField(blank=True, default="")
    email = models.EmailField(blank=True, default="")
    is_provider = models.BooleanField(default=False)
    is_quality_body = models.BooleanField(default=False)
    is_funder = models.BooleanField(default=False)
    is_employer = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Organisation"]] = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person in one organisation. The roles are listed in ``access.ROLES``."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", related_query_name="membership")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", related_query_name="membership"
    )
    role = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organisation", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person} is {self.role} of {self.organisation}"
