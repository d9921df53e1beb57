"""Answers that are lists, as rows: write, clear to remove, number to reorder; no script needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.errors import Refused
from opencairn.people.models import Person
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.questions import Question

from . import fields as make
from .answers import digest

SPARE_ROWS = 3
LOST = __("Part of the form was lost on its way, so nothing was saved. Check the rows and save again.")


class RowForm(forms.Form):
    """One row of a list. ``folded`` fields stand in a fold with the row's place in the list."""

    folded: ClassVar[tuple[str, ...]] = ()
    fold_title: Any = __("Place in the list, or leave it out")
    stated_note: Any = ""
    hint: Any = ""  # what to think about, once a row is written
    can_part: Any = False  # whether a button may make several rows of it
    layout = "row-fields"  # the class of the block of open fields

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages

    def name_added(self) -> None:
        """Name the fields that the set adds to a row."""
        if "DELETE" in self.fields:
            self.fields["DELETE"].label = _("Leave this row out")
        self.fields["ORDER"].label = _("Place in the list")
        self.fields["ORDER"].help_text = _("To put the rows into another order, change their numbers.")
        self.fields["ORDER"].widget = forms.NumberInput({"class": "short", "min": 1})

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that stand open."""
        return [self[name] for name in self.fields if name not in (*self.folded, "ORDER", "DELETE")]

    @property
    def hidden_at_first(self) -> list[forms.BoundField]:
        """The fields in the fold, but for those about the place."""
        return [self[name] for name in self.folded]

    @property
    def title(self) -> str:
        """What the row is called: its kind and number."""
        return self.called(int((self.prefix or "").rpartition("-")[2] or 0) + 1)

    def called(self, number: int) -> str:
        """The name of the row with this number."""
        return _("Row %(number)s") % {"number": number}

    @property
    def stands_open(self) -> bool:
        """Whether the fold has something to show at once: an error, or a removal asked for."""
        return bool({*self.folded, "ORDER", "DELETE"} & set(self.errors)) if self.is_bound else False

    def said(self) -> dict[str, Any] | None:
        """What this row says, None for an empty one."""
        facts = {name: self.cleaned_data.get(name) or "" for name in self.fields if name not in ("ORDER", "DELETE")}
        return facts if any(facts.values()) else None


class Rows(BaseFormSet):  # type: ignore[type-arg]  # Django cannot subscript it at run time
    """All rows of a list, with spare ones at the end."""

    def add_fields(self, form: RowForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.name_added()


@dataclass(frozen=True)
class Kind:
    """A list that is asked in rows: the fact it fills, its row, and how it is read, shown and checked."""

    fact: str
    prefix: str
    row: type[RowForm]
    stored: Callable[[ProgrammeVersion], list[dict[str, Any]]]
    initial: Callable[[dict[str, Any]], Mapping[str, Any]]
    clean: Callable[[list[dict[str, Any]], ProgrammeVersion, Person | None], list[dict[str, Any]]]
    spare: int = SPARE_ROWS


class RowsForm:
    """A question whose answer is a list, with the same face as ``AnswerForm``."""

    def __init__(
        self, data: QueryDict | None = None, *, question: Question, version: ProgrammeVersion, kind: Kind,
        person: Person | None = None,
    ) -> None:  # fmt: skip
        self.question, self.version, self.kind, self.person = question, version, kind, person
        self.stored = kind.stored(version)
        self.stored_mark, self.seen_name = digest(self.stored), f"seen_{question.key}"
        self.seen = data.get(self.seen_name, "") if data else self.stored_mark
        rows = formset_factory(
            kind.row, formset=Rows, extra=kind.spare, can_order=True, can_delete=True, can_delete_extra=False,
            max_num=60, absolute_max=80,
        )  # fmt: skip
        self.rows = rows(
            data, prefix=kind.prefix, initial=[kind.initial(one) for one in self.stored],
            form_kwargs={"languages": self._languages()}, error_messages={"missing_management_form": str(LOST)},
        )  # fmt: skip
        self.problems: list[str] = []
        self.kept: list[dict[str, Any]] = self.stored
        self.changes: dict[str, Any] = {}

    def _languages(self) -> list[str]:
        languages = make.languages_asked(self.version, "title")
        for one in self.stored:
            languages += [tag for tag in one.get("text", ()) if tag not in languages]
        return languages

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
        """Check every row and the list; ``kept`` then holds them in their new order."""
        if not self.rows.is_valid():
            return False
        ordered = self.rows.ordered_forms
        every = [*ordered, *(row for row in self.rows if row not in ordered)]
        said = (row.said() for row in every if not row.cleaned_data.get("DELETE"))
        try:
            self.kept = self.kind.clean([one for one in said if one], self.version, self.person)
        except Refused as refusal:
            self.problems.append(refusal.message)
            return False
        if self.kept != self.stored:
            self.changes = {self.kind.fact: self.kept}
        if self.changes and self.seen not in ("", self.stored_mark):
            self.problems.append(
                _("Somebody else changed this list while you were writing. Save again to replace theirs.")
            )
            self.seen = self.stored_mark
            return False
        self.seen = self.stored_mark
        return True


def with_more_rows(data: QueryDict, prefix: str) -> QueryDict:
    """The same answers with three more empty rows below those of this prefix."""
    more, name = data.copy(), f"{prefix}-TOTAL_FORMS"
    if name in more:
        try:
            total = int(more.get(name, "0"))
        except ValueError:
            total = 0
        more[name] = str(min(60, max(0, total) + SPARE_ROWS))
    return more
