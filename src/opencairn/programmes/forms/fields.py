"""How each kind of answer is asked: the fields of a form, made from an ``Answer`` and the present version."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from opencairn.people.models import Organisation, Person
from opencairn.programmes import queries, rules, vocabulary
from opencairn.programmes.isced import BROAD, DETAILED, FIELDS
from opencairn.programmes.models import ProgrammeVersion
from opencairn.programmes.questions import Answer

OFFERED = ("en", "de", "fr", "es")  # languages every title is offered in: those of the interface
OFTEN_TAUGHT = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def languages_asked(version: ProgrammeVersion, name: str) -> list[str]:
    """The languages to ask a text in: those of the title, and any the text already has, so that none is lost."""
    written = queries.languages_of(version) or ["en"]
    return written + [tag for tag in getattr(version, name) if tag not in written]


def by_language(label: Any, tag: str, *, alone: bool) -> str:
    """The label of a text in one of several languages."""
    if alone:
        return str(label)
    return _("%(label)s (%(language)s)") % {"label": label, "language": vocabulary.language_said(tag)}


def language_select(label: str, *, without: list[str]) -> forms.ChoiceField:
    """A drop-down of every language by its own name."""
    choices = [("", _("Choose a language"))]
    choices += [(tag, name) for tag, name in vocabulary.LANGUAGES.items() if tag not in without]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def words_in(tag: str, *, label: str, hint: Any = "", name: str, rows: int = 0) -> forms.CharField:
    """An input for words in one language; ``rows`` makes it a text area."""
    attrs = {"lang": tag} | ({"dir": "rtl"} if tag in RIGHT_TO_LEFT else {})
    widget = forms.Textarea(attrs | {"rows": rows}) if rows else forms.TextInput(attrs)
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=widget, max_length=rules.longest(name), strip=True
    )


def option(term: vocabulary.Term, head: str = "") -> str:
    """A choice's label with its gloss on a line of its own."""
    label = f"{head}{term.label}"
    return format_html('{}<br><span class="choice-note">{}</span>', label, term.gloss) if term.gloss else label


def choices(answer: Answer) -> forms.Field:
    """Radio buttons, with "not stated yet" first, or check boxes for an answer that may be several."""
    listed = [(code, option(term)) for code, term in vocabulary.VOCABULARIES[answer.name].items()]
    if answer.kind == "choices":
        return forms.MultipleChoiceField(
            label=answer.label,
            help_text=answer.hint,
            required=False,
            choices=listed,
            widget=forms.CheckboxSelectMultiple,
        )
    listed.insert(0, ("", _("Not stated yet")))
    return forms.ChoiceField(
        label=answer.label, help_text=answer.hint, required=False, choices=listed, widget=forms.RadioSelect
    )


def level(answer: Answer) -> forms.Field:
    """Not stated, levels 1 to 8 with what they mean, or no level at all."""
    listed: list[tuple[str, Any]] = [("", _("Not stated yet"))]
    listed += [(str(number), option(term)) for number, term in vocabulary.EQF_LEVELS.items()]
    listed.append(("none", _("No level applies, for the reason below")))
    return forms.ChoiceField(label=answer.label, required=False, choices=listed, widget=forms.RadioSelect)


def field_of_education(answer: Answer, present: str) -> forms.Field:
    """The broad fields, each with its detailed ones; a code of another depth that is already set stays on offer."""
    listed: list[Any] = [("", _("Not stated yet"))]
    for broad in BROAD:
        inside = [(broad, f"{broad} {FIELDS[broad]}")]
        inside += [(code, f"{code} {FIELDS[code]}") for code in DETAILED if code.startswith(broad)]
        listed.append((str(FIELDS[broad]), inside))
    if present and present not in BROAD + DETAILED:
        listed.append((present, f"{present} {vocabulary.field_label(present)}"))
    return forms.ChoiceField(label=answer.label, help_text=answer.hint, required=False, choices=listed)


def body(answer: Answer, version: ProgrammeVersion, person: Person) -> forms.Field:
    """The provider itself, those this person describes programmes for, and the one that is set."""
    others = list(queries.providers_of(person, to="programme.describe"))
    offered: dict[str, Organisation] = {}
    for one in (version.programme.provider, version.awarding_body, *others):
        if one is not None:
            offered.setdefault(str(one.pk), one)
    return forms.ChoiceField(
        label=answer.label,
        required=False,
        choices=[("", _("Not stated yet")), *((pk, one.name) for pk, one in offered.items())],
    )


def taught_in(answer: Answer, present: list[str]) -> dict[str, forms.Field]:
    """Check boxes for common languages and those already chosen, and a drop-down for one more."""
    near = list(dict.fromkeys([*OFTEN_TAUGHT, *present]))
    boxes = forms.MultipleChoiceField(
        label=answer.label,
        help_text=answer.hint,
        required=False,
        choices=[(tag, vocabulary.language_name(tag)) for tag in near],
        widget=forms.CheckboxSelectMultiple,
    )
    return {answer.name: boxes, "languages_more": language_select(_("Another language"), without=near)}
