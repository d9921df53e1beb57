"""A learning outcome as a row: its words in each language, and the skills it builds."""

import re
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Person
from opencairn.programmes import queries, rules
from opencairn.programmes.actions.checking import clean_outcomes
from opencairn.programmes.models import ProgrammeVersion
from opencairn.skills import queries as skill_queries

from . import fields as make
from .rows import Kind, RowForm


class OutcomeRow(RowForm):
    """One outcome: its words in each language, the skills it builds, and its place in the list."""

    folded: ClassVar[tuple[str, ...]] = ("skills",)
    fold_title = __("Skills and place in the list")
    layout = "stack close"

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, languages=languages, **kwargs)
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
        super().name_added()
        if "DELETE" in self.fields:
            self.fields["DELETE"].label = _("Leave this outcome out")
        self.fields["ORDER"].help_text = _("To put the outcomes into another order, change their numbers.")

    def called(self, number: int) -> str:
        """The name of the row with this number."""
        return _("Outcome %(number)s") % {"number": number}

    @property
    def stated_note(self) -> str:
        """What the closed fold tells: that there are skills in it."""
        return _("skills are stated") if self["skills"].value() else ""

    @property
    def hint(self) -> str:
        """That the row may say several things at once."""
        if not rules.holds_several(self._words()):
            return ""
        return _("This may be several outcomes. Each is assessed on its own, and found best where it says one thing.")

    @property
    def can_part(self) -> bool:
        """Whether every language parts into as many outcomes."""
        return len(rules.parted(self._words())) > 1

    def _words(self) -> dict[str, str]:
        words = {tag: str(self[f"text_{tag}"].value() or "") for tag in self.languages}
        return {tag: said for tag, said in words.items() if said.strip()}

    def clean_skills(self) -> list[dict[str, str]]:
        """Read the lines: an address, then a name. One that its own taxonomy does not have is not taken anew."""
        lines = [line.strip().partition(" ") for line in self.cleaned_data["skills"].splitlines()]
        before = {line.partition(" ")[0] for line in str(self.initial.get("skills", "")).splitlines()}
        missing = skill_queries.missing({uri for uri, _space, _label in lines if uri} - before)
        skills = []
        for number, (uri, _space, label) in enumerate(lines, start=1):
            if uri and not rules.SKILL_URI.fullmatch(uri):
                message = _("Line %(number)d must begin with the web address of the skill, then a space and its name.")
                raise forms.ValidationError(message % {"number": number})
            if uri in missing:
                message = _(
                    "Line %(number)d: %(taxonomy)s has no skill with this address. "
                    "Copy the address from there again, or take the line out."
                )
                raise forms.ValidationError(message % {"number": number, "taxonomy": missing[uri]})
            if uri:
                skills.append({"uri": uri, "label": label.strip()})
        return skills

    def said(self) -> dict[str, Any] | None:
        """What this row says, None for one without words."""
        text = {tag: self.cleaned_data.get(f"text_{tag}", "") for tag in self.languages}
        text = {tag: words for tag, words in text.items() if words.strip()}
        return {"text": text, "skills": self.cleaned_data.get("skills") or []} if text else None


def _stored(version: ProgrammeVersion) -> list[dict[str, Any]]:
    return [{"text": one.text, "skills": one.skills} for one in queries.outcomes_of(version)]


def _initial(one: dict[str, Any]) -> dict[str, str]:
    lines = "\n".join(f"{skill.get('uri', '')} {skill.get('label', '')}" for skill in one["skills"])
    return {f"text_{tag}": words for tag, words in one["text"].items()} | {"skills": lines}


def _clean(rows: list[dict[str, Any]], _version: ProgrammeVersion, _person: Person | None) -> list[dict[str, Any]]:
    return clean_outcomes(rows)


OUTCOMES = Kind("learning_outcomes", "outcome", OutcomeRow, _stored, _initial, _clean)

NUMBER = re.compile(r"[0-9]{1,3}")
OF_A_ROW = re.compile(rf"{OUTCOMES.prefix}-([0-9]{{1,3}})-(\w+)")


def with_outcome_parted(data: QueryDict, prefix: str) -> QueryDict:
    """The same answers with the outcome of this row in rows of their own, one below the other; the first keeps skills.

    They are as they were where it is one outcome, or its languages do not part alike.
    """
    row = OF_A_ROW.fullmatch(f"{prefix}-text")
    texts = {name: str(data[name]) for name in data if row and name.startswith(f"{prefix}-text_")}
    parts = rules.parted({name: words for name, words in texts.items() if words.strip()})
    added = len(parts) - 1
    if row is None or added < 1:
        return data
    at, place, moved = int(row[1]), str(data.get(f"{prefix}-ORDER", "")), QueryDict(mutable=True)
    for name, values in data.lists():
        found = OF_A_ROW.fullmatch(name)
        later = added if found and int(found[1]) > at else 0
        moved.setlist(f"{OUTCOMES.prefix}-{int(found[1]) + later}-{found[2]}" if found else name, values)
        if found and found[2] == "ORDER" and _more_than(values[0], place):
            moved[f"{OUTCOMES.prefix}-{int(found[1]) + later}-ORDER"] = str(int(values[0]) + added)
    for number, part in enumerate(parts):
        for name in texts:
            moved[f"{OUTCOMES.prefix}-{at + number}-{name.removeprefix(f'{prefix}-')}"] = part.get(name, "")
        if NUMBER.fullmatch(place):
            moved[f"{OUTCOMES.prefix}-{at + number}-ORDER"] = str(int(place) + number)
    for count in ("TOTAL_FORMS", "INITIAL_FORMS"):
        many = str(data.get(f"{OUTCOMES.prefix}-{count}", ""))
        if _more_than(many, str(at)):
            moved[f"{OUTCOMES.prefix}-{count}"] = str(int(many) + added)
    return moved


def _more_than(one: str, other: str) -> bool:
    return all(NUMBER.fullmatch(each) for each in (one, other)) and int(one) > int(other)
