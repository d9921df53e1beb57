"""One question as a form. What it hands on is ``changes``: only what differs from what is stored."""

import hashlib
import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from opencairn.people.models import Organisation, Person
from opencairn.programmes import rules
from opencairn.programmes.actions import NotUsable
from opencairn.programmes.actions.checking import clean
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.questions import Answer, Question
from opencairn.programmes.wording import wrong

from . import fields as make
from .offerings import day


def digest(value: Any) -> str:
    """A short mark of stored values, to notice that somebody else changed them meanwhile."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


class AnswerForm(forms.Form):
    """The fields of one question, filled with what the draft says now."""

    def __init__(
        self, data: QueryDict | None = None, *, question: Question, version: ProgrammeVersion, person: Person
    ) -> None:
        super().__init__(data)
        self.question, self.version, self.person = question, version, person
        self.changes: dict[str, Any] = {}
        for answer in question.answers:
            self._ask(answer)
        stored = [getattr(version, f"{a.name}_id" if a.kind == "body" else a.name) for a in question.answers]
        self.stored_mark, self.seen_name = digest(stored), f"seen_{question.key}"
        self.fields[self.seen_name] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=self.stored_mark, max_length=16
        )

    def _ask(self, answer: Answer) -> None:
        """Add the fields of one answer, with their present values."""
        present = getattr(self.version, answer.name)
        if answer.kind == "titles":
            self._ask_titles(answer)
        elif answer.kind in ("line", "text"):
            self._ask_by_language(answer, present)
        elif answer.kind == "languages":
            self.fields.update(make.taught_in(answer, present))
            self.initial[answer.name] = present
        elif answer.kind == "level":
            self.fields[answer.name] = make.level(answer)
            self.initial[answer.name] = "none" if self.version.level_not_applicable else present
        elif answer.kind == "body":
            self.fields[answer.name] = make.body(answer, self.version, self.person)
            self.initial[answer.name] = str(present.pk) if present else ""
        else:
            self.fields[answer.name] = self._plain_field(answer, present)
            self.initial[answer.name] = present

    @staticmethod
    def _plain_field(answer: Answer, present: Any) -> forms.Field:
        if answer.kind in ("choice", "choices"):
            return make.choices(answer)
        if answer.kind == "day":
            return day(answer.label, answer.hint)
        if answer.kind == "field":
            return make.field_of_education(answer, present)
        attrs = {"number": {"inputmode": "decimal", "class": "short"}, "address": {"inputmode": "url"}}
        return forms.CharField(
            label=answer.label,
            help_text=answer.hint,
            required=False,
            widget=forms.TextInput(attrs.get(answer.kind, {}) | {"autocomplete": "off"}),
            max_length=1000,
        )

    def _ask_titles(self, answer: Answer) -> None:
        asked = list(dict.fromkeys([*self.version.title, *make.OFFERED]))
        for tag in asked:
            label = make.by_language(answer.label, tag, alone=False)
            self.fields[f"title_{tag}"] = make.words_in(tag, label=label, name="title")
            self.initial[f"title_{tag}"] = self.version.title.get(tag, "")
        self.fields["more_language"] = make.language_select(_("Another language"), without=asked)
        self.fields["more_title"] = forms.CharField(
            label=_("Title in that language"), required=False, max_length=rules.LONGEST["title"]
        )

    def _ask_by_language(self, answer: Answer, present: dict[str, str]) -> None:
        asked = make.languages_asked(self.version, answer.name)
        rows = 0 if answer.kind == "line" else 10 if answer.name == "description" else 4
        for tag in asked:
            label = make.by_language(answer.label, tag, alone=len(asked) == 1)
            name = f"{answer.name}_{tag}"
            self.fields[name] = make.words_in(tag, label=label, hint=answer.hint, name=answer.name, rows=rows)
            self.initial[name] = present.get(tag, "")

    def clean(self) -> dict[str, Any]:
        """Work out what changes, let the room's own checks judge it, and notice when somebody else was quicker."""
        answered = super().clean() or {}
        for answer in self.question.answers:
            self._take(answer, answered)
        self._compare_answers()
        if self.changes and answered.get(self.seen_name) not in ("", None, self.stored_mark):
            self._somebody_was_quicker()
        return answered

    def _take(self, answer: Answer, answered: dict[str, Any]) -> None:
        field = answer.name if answer.name in self.fields else next(n for n in self.fields if n.startswith(answer.name))
        try:
            value = self._value(answer, answered)
            kept = value if answer.kind == "body" else clean({answer.name: value})[answer.name]
        except NotUsable as refusal:
            self.add_error(field, refusal.message)
            return
        if kept != getattr(self.version, answer.name):
            self.changes[answer.name] = kept

    def _value(self, answer: Answer, answered: dict[str, Any]) -> Any:
        """The stored form of an answer."""
        if answer.kind == "titles":
            return self._titles(answered)
        if answer.kind in ("line", "text"):
            asked = make.languages_asked(self.version, answer.name)
            return {tag: answered.get(f"{answer.name}_{tag}") or "" for tag in asked}
        value = answered.get(answer.name)
        if answer.kind == "languages":
            more = answered.get("languages_more")
            return [*(value or []), *([more] if more else [])]
        if answer.kind == "level":
            return None if value == "none" else value
        if answer.kind == "body":
            return Organisation.objects.filter(pk=value).first() if value else None
        if answer.kind == "number":
            return (value or "").replace(",", ".").strip()
        if answer.name == "level_not_applicable" and answered.get("eqf_level") != "none":
            return ""
        return value

    def _titles(self, answered: dict[str, Any]) -> dict[str, str]:
        title = {
            name.removeprefix("title_"): answered.get(name) or "" for name in self.fields if name.startswith("title_")
        }
        more, words = answered.get("more_language"), answered.get("more_title")
        if more and words:
            title[more] = words
        elif more or words:
            self.add_error(
                "more_title" if more else "more_language", _("State both: the language, and the title in it.")
            )
        if not self.errors and not any(words.strip() for words in title.values()):
            raise NotUsable("title", _("Give the course a title in at least one language."))
        return title

    def _compare_answers(self) -> None:
        """Rules over more than one field of the question."""
        if self.errors:
            return
        now = {a.name: self.changes.get(a.name, getattr(self.version, a.name)) for a in self.question.answers}
        if "hours" in now and (problem := rules.workload_problem(*(now[name] for name in rules.WORKLOAD))):
            self.add_error("hours_most" if problem[0] == "hours-most" else "hours", wrong(problem[0], **problem[1]))
        if self.cleaned_data.get("eqf_level") == "none" and not now["level_not_applicable"]:
            self.add_error("level_not_applicable", _("Say why no level applies, or choose another answer above."))

    def _somebody_was_quicker(self) -> None:
        """Keep what this person wrote, tell them, and let a second save go through."""
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data[self.seen_name] = self.stored_mark
        self.add_error(
            None,
            _(
                "Somebody else changed this answer while you were writing. Your words are still here. Save again to "
                "replace theirs, or open the page again to see them."
            ),
        )
