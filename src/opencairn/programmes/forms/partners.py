"""Partners, evidence of need and standards of the trade, as rows; and the provider's statement of assurance."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Person
from opencairn.programmes import queries
from opencairn.programmes.actions import checked_partners
from opencairn.programmes.actions.checking import clean, clean_partners
from opencairn.programmes.facts import ASSURANCE
from opencairn.programmes.models import Assurance, ProgrammeVersion
from opencairn.programmes.rules import LONGEST_OTHER_TEXT, LONGEST_ROW
from opencairn.programmes.vocabulary import PARTNER_ROLES

from . import fields as make
from .offerings import day
from .rows import Kind, RowForm

ASSURED = {
    "provider_profile": (
        __("Who you are"),
        __("What kind of organisation, since when, with which people, and who answers for it."),
    ),
    "quality_process": (
        __("How you assure quality"),
        __("Who checks a course before it starts and while it runs, and what happens when something is not right."),
    ),
    "review_process": (
        __("How you review and update"),
        __("How often, from whose feedback, and how learners hear of changes."),
    ),
}


def line(label: Any, name: str, hint: Any = "", *, rows: int = 0) -> forms.CharField:
    """One line of words in a row, or a few."""
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, help_text=hint, required=False, max_length=LONGEST_ROW[name], widget=widget)


def address(label: Any = __("Web address")) -> forms.CharField:
    """An address in a row."""
    widget = forms.TextInput({"inputmode": "url", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=LONGEST_ROW["url"], widget=widget)


class PartnerRow(RowForm):
    """One partner: what it does, and its name."""

    name = line(__("Name"), "name", __("If it is registered here, its name as it stands here links to its page."))
    role = forms.ChoiceField(label=__("Part it plays"), required=False)
    url = address()

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, languages=languages, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", _("Choose one")), *((code, term.label) for code, term in PARTNER_ROLES.items())]

    def called(self, number: int) -> str:
        """The name of the row with this number."""
        return _("Partner %(number)s") % {"number": number}


class NeedRow(RowForm):
    """One piece of evidence that people who can do this are needed."""

    source = line(__("Source"), "source", __("Such as: Survey of 40 waterworks in the valley."))
    date = day(__("Day"))
    sector = line(__("Sector"), "sector", __("Such as: Water supply."))
    url = address(__("Where it can be read"))
    note = line(__("What it says"), "note", rows=2)

    def called(self, number: int) -> str:
        """The name of the row with this number."""
        return _("Evidence %(number)s") % {"number": number}

    def said(self) -> dict[str, Any] | None:
        """What this row says, its day as ISO 8601."""
        facts = super().said()
        return facts and facts | {"date": facts["date"].isoformat() if facts["date"] else ""}


class StandardRow(RowForm):
    """One standard of a company or a trade."""

    name = line(__("Name of the standard"), "name")
    owner = line(__("Whose it is"), "owner")
    url = address()

    def called(self, number: int) -> str:
        """The name of the row with this number."""
        return _("Standard %(number)s") % {"number": number}


class AssuranceForm(forms.Form):
    """A provider's statement of assurance of quality: three texts in each language it is asked in."""

    def __init__(self, data: Any = None, *, statement: Assurance | None) -> None:
        super().__init__(data)
        present = {name: getattr(statement, name, {}) for name in ASSURANCE}
        self.languages = list(dict.fromkeys([*(tag for text in present.values() for tag in text), "en", "de"]))
        for name, (label, hint) in ASSURED.items():
            for tag in self.languages:
                said = make.by_language(label, tag, alone=False)
                self.fields[f"{name}_{tag}"] = make.words_in(tag, label=said, hint=hint, name=name, rows=4)
                self.initial[f"{name}_{tag}"] = present[name].get(tag, "")

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """The three texts by language."""
        return {
            name: {tag: self.cleaned_data.get(f"{name}_{tag}", "")[:LONGEST_OTHER_TEXT] for tag in self.languages}
            for name in ASSURANCE
        }


def _partners(version: ProgrammeVersion) -> list[dict[str, Any]]:
    found = (queries.partner_facts(one) | {"url": one.url} for one in queries.partners_of(version))
    return [{part: one[part] for part in ("role", "name", "url")} for one in found]


def _clean_partners(
    rows: list[dict[str, Any]], version: ProgrammeVersion, person: Person | None
) -> list[dict[str, Any]]:
    checked_partners(version, partners=rows, by=person)
    return [*clean_partners(rows)]


def _clean_need(rows: list[dict[str, Any]], _version: ProgrammeVersion, _person: Person | None) -> list[dict[str, Any]]:
    return list(clean({"need": rows})["need"])


def _clean_standards(
    rows: list[dict[str, Any]], _version: ProgrammeVersion, _person: Person | None
) -> list[dict[str, Any]]:
    return list(clean({"vendor_standards": rows})["vendor_standards"])


def _same(one: dict[str, Any]) -> Mapping[str, Any]:
    return one


PARTNERS = Kind("partners", "partner", PartnerRow, _partners, _same, _clean_partners, spare=2)
NEED = Kind("need", "need", NeedRow, lambda version: list(version.need), _same, _clean_need, spare=1)
STANDARDS = Kind(
    "vendor_standards", "standard", StandardRow, lambda version: list(version.vendor_standards), _same, _clean_standards,
    spare=1,
)  # fmt: skip
