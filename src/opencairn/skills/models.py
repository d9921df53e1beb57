import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from opencairn.people.models import Organisation, Person

STATUSES = [("suggested", "suggested"), ("confirmed", "confirmed"), ("rejected", "rejected")]


class TaxonomyQuerySet(models.QuerySet["Taxonomy"]):
    """Named reads of the taxonomies table."""

    def current(self) -> "TaxonomyQuerySet":
        """The one version of each taxonomy that suggestions and labels come from."""
        return self.filter(current_since__isnull=False)


class Taxonomy(models.Model):
    """One version of a taxonomy of skills. It is only ever added to: another language, never another wording."""

    key = models.SlugField(max_length=40)
    version = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    credit = models.TextField(blank=True, default="", help_text="The line its publisher asks to be shown.")
    licence = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=300, blank=True, default="", help_text="The file it was read from.")
    languages = models.JSONField(default=list)
    imported_at = models.DateTimeField()
    added_to_at = models.DateTimeField(help_text="When rows were last added: indexes older than this are built again.")
    current_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Taxonomy"]] = TaxonomyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="taxonomy_once_per_version"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(current_since__isnull=False), name="taxonomy_one_current_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class SkillQuerySet(models.QuerySet["Skill"]):
    """Named reads of the skills table."""

    def in_force(self) -> "SkillQuerySet":
        """Skills of the current versions that their publisher has not retired; groups of skills are not skills."""
        return self.filter(taxonomy__current_since__isnull=False, is_group=False).exclude(status="obsolete")


class Skill(models.Model):
    """A concept of one taxonomy version. Texts are ``{language: words}``, ``alternatives`` ``{language: [words]}``.

    ``broader`` lists the addresses of all broader concepts: most taxonomies are no trees. ``occupations`` counts the
    occupations that ask for the skill, 0 where the source does not say.
    """

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.CASCADE, related_name="+", related_query_name="skill")
    uri = models.URLField(max_length=300)
    code = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="", help_text="As the source says: knowledge …")
    reuse = models.CharField(max_length=40, blank=True, default="", help_text="As the source says: cross-sector …")
    status = models.CharField(max_length=20, blank=True, default="")
    is_group = models.BooleanField(default=False)
    labels = models.JSONField(default=dict)
    alternatives = models.JSONField(default=dict, blank=True)
    descriptions = models.JSONField(default=dict, blank=True)
    broader = models.JSONField(default=list, blank=True)
    collections = models.JSONField(default=list, blank=True)
    occupations = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Skill"]] = SkillQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taxonomy", "uri"], name="skill_once_per_version")]
        indexes = [models.Index(fields=["uri"], name="skill_uri")]

    def __str__(self) -> str:
        return f"{self.taxonomy} {self.uri}"

    def names(self) -> list[str]:
        """Every name it has, in any language."""
        return [*self.labels.values(), *(name for names in self.alternatives.values() for name in names)]


class Alignment(models.Model):
    """What a person decided, or may decide, about one skill for one learning outcome.

    ``outcome`` is the key a later room gives its outcome (``rules.outcome_key``); this room knows the words alone.
    ``label`` and ``version`` keep what the person saw when they decided. ``reviewed_for`` is the newer version of the
    taxonomy in whose light a person looked at it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=80)
    text = models.TextField()
    language = models.CharField(max_length=35, blank=True, default="")
    uri = models.URLField(max_length=300)
    label = models.CharField(max_length=300)
    taxonomy = models.CharField(max_length=40, blank=True, default="", help_text="Key of the taxonomy, such as esco.")
    version = models.CharField(max_length=40, blank=True, default="")
    score = models.FloatField(null=True, blank=True)
    method = models.CharField(max_length=40, blank=True, default="", help_text='What suggested it; "person" for none.')
    status = models.CharField(max_length=10, choices=STATUSES, default="suggested")
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reviewed_for = models.ForeignKey(Taxonomy, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "uri"], name="alignment_once_per_outcome")]
        indexes = [models.Index(fields=["uri", "status"], name="alignment_skill")]

    def __str__(self) -> str:
        return f"{self.status}: {self.label}"
