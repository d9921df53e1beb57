"""The learning outcomes as rows: write, clear to remove, number to reorder; no script needed."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Person
from opencairn.programmes import queries, rules
from opencairn.programmes.actions import NotUsable
from opencairn.programmes.actions.checking import clean_outcomes
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.questions import Question

from . import fields as make
from .answers import digest

SPARE_ROWS = 3
LOST = __("Part of the form was lost on its way, so nothing was saved. Check the rows and save again.")


class OutcomeRow(forms.Form):
    """One outcome: its words in each language, the skills it builds, and its place in the list."""

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for tag in languages:
            label = make.by_language(_("What learners can do"), tag, alone=len(languages) == 1)
            self.fields[f"text_{tag}"] = make.words_in(tag, label=label, name="outcome", rows=2)
        self.fields["skills"] = forms.CharField(
            label=_("Skills it builds"),
            help_text=_(
                "From ESCO, the European list of skills, so that people find the course by them. "
                "One a line: the web address of the skill there, a space, and its name."
            ),
            required=False,
            max_length=4000,
            widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
        )

    def name_added(self) -> None:
        """Name the fields that the set adds to a row."""
        if "DELETE" in self.fields:
            self.fields["DELETE"].label = _("Leave this outcome out")
        self.fields["ORDER"].label = _("Place in the list")
        self.fields["ORDER"].help_text = _("To put the outcomes into another order, change their numbers.")
        self.fields["ORDER"].widget = forms.NumberInput({"class": "short", "min": 1})

    @property
    def stands_open(self) -> bool:
        """Whether the fold with skills and place has something to show at once: an error, or a removal asked for."""
        return bool({"skills", "ORDER", "DELETE"} & set(self.errors)) if self.is_bound else False

    def clean_skills(self) -> list[dict[str, str]]:
        """Read the lines: an address, then a name."""
        skills = []
        for number, line in enumerate(self.cleaned_data["skills"].splitlines(), start=1):
            uri, _space, label = line.strip().partition(" ")
            if uri and not rules.SKILL_URI.fullmatch(uri):
                message = _("Line %(number)d must begin with the web address of the skill, then a space and its name.")
                raise forms.ValidationError(message % {"number": number})
            if uri:
                skills.append({"uri": uri, "label": label.strip()})
        return skills

    def outcome(self) -> dict[str, Any] | None:
        """What this row says, None for an empty or removed one."""
        text = {tag: self.cleaned_data.get(f"text_{tag}", "") for tag in self.languages}
        text = {tag: words for tag, words in text.items() if words.strip()}
        removed = self.cleaned_data.get("DELETE")
        return None if removed or not text else {"text": text, "skills": self.cleaned_data.get("skills") or []}


class OutcomeRows(BaseFormSet):  # type: ignore[type-arg]  # Django cannot subscript it at run time
    """All rows of a draft, with three spare ones at the end."""

    def add_fields(self, form: OutcomeRow, index: int | None) -> None:
        super().add_fields(form, index)
        form.name_added()


RowSet = formset_factory(
    OutcomeRow,
    formset=OutcomeRows,
    extra=SPARE_ROWS,
    can_order=True,
    can_delete=True,
    can_delete_extra=False,
    max_num=60,
    absolute_max=80,
)


class OutcomesForm:
    """The question about outcomes, with the same face as ``AnswerForm``."""

    def __init__(
        self, data: QueryDict | None = None, *, question: Question, version: ProgrammeVersion, person: Person
    ) -> None:
        self.question, self.version = question, version
        self.stored = [{"text": one.text, "skills": one.skills} for one in queries.outcomes_of(version)]
        self.stored_mark, self.seen_name = digest(self.stored), "seen_outcomes"
        self.seen = data.get(self.seen_name, "") if data else self.stored_mark
        languages = make.languages_asked(version, "title")
        for one in self.stored:
            languages += [tag for tag in one["text"] if tag not in languages]
        self.rows = RowSet(
            data, prefix="outcome", initial=[self._initial(one) for one in self.stored],
            form_kwargs={"languages": languages}, error_messages={"missing_management_form": str(LOST)},
        )  # fmt: skip
        self.problems: list[str] = []
        self.outcomes: list[dict[str, Any]] = []
        self.changes: dict[str, Any] = {}

    @staticmethod
    def _initial(one: dict[str, Any]) -> dict[str, str]:
        lines = "\n".join(f"{skill.get('uri', '')} {skill.get('label', '')}" for skill in one["skills"])
        return {f"text_{tag}": words for tag, words in one["text"].items()} | {"skills": lines}

    @property
    def errors(self) -> dict[str, Any]:
        """Errors of all rows together, for the summary."""
        together: dict[str, Any] = {"": found} if (found := self.non_field_errors()) else {}
        for row in self.rows if self.rows.is_bound else ():
            together |= {f"{row.prefix}-{name}": found for name, found in row.errors.items()}
        return together

    def non_field_errors(self) -> list[str]:
        """Problems of the list as a whole."""
        return [*self.rows.non_form_errors(), *self.problems] if self.rows.is_bound else []

    def __iter__(self) -> Any:
        return (field for row in self.rows for field in row)

    def is_valid(self) -> bool:
        """Check every row and the list; ``outcomes`` then holds them in their new order."""
        if not self.rows.is_valid():
            return False
        found = [row.outcome() for row in self.rows.ordered_forms]
        blank = [row.outcome() for row in self.rows if row not in self.rows.ordered_forms]
        try:
            self.outcomes = clean_outcomes([one for one in [*found, *blank] if one])
        except NotUsable as refusal:
            self.problems.append(refusal.message)
            return False
        if self.outcomes != self.stored:
            self.changes = {"learning_outcomes": self.outcomes}
        if self.changes and self.seen not in ("", self.stored_mark):
            self.problems.append(
                _("Somebody else changed the outcomes while you were writing. Save again to replace theirs.")
            )
            self.seen = self.stored_mark
            return False
        self.seen = self.stored_mark
        return True


def with_more_rows(data: QueryDict) -> QueryDict:
    """The same answers with three more empty rows below."""
    more = data.copy()
    try:
        total = int(more.get("outcome-TOTAL_FORMS", "0"))
    except ValueError:
        total = 0
    more["outcome-TOTAL_FORMS"] = str(min(60, max(0, total) + SPARE_ROWS))
    return more
