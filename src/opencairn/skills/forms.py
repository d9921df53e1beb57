from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import CREDIT_SYSTEMS, NotConvertible, convert
from .wording import conversion_sentence, rule_sentence, unit_name


def units() -> list[tuple[str, str]]:
    """What workload can be counted in, in the reader's language."""
    return [(each.key, unit_name(each.key)) for each in CREDIT_SYSTEMS]


class ConvertForm(forms.Form):
    """An amount of workload, counted in another system."""

    amount = forms.DecimalField(
        label=_("How much"), min_value=0, max_value=Decimal(100_000), max_digits=8, decimal_places=2
    )
    of = forms.ChoiceField(label=_("Counted in"), choices=units)
    into = forms.ChoiceField(label=_("To be counted in"), choices=units)
    points = forms.IntegerField(
        label=_("Australian points in a full-time year"), required=False, min_value=1, max_value=1000,
        help_text=_("Each university counts its own way, such as 48 or 24. Only needed for Australian points."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for the points of a year where the conversion needs them."""
        given = super().clean() or {}
        if {"amount", "of", "into"} <= given.keys():
            try:
                self.conversion = convert(
                    given["amount"], of=given["of"], into=given["into"], points_a_year=given.get("points")
                )
            except NotConvertible:
                self.add_error("points", _("Say how many points your university counts for a full-time year."))
        return given

    def answer(self) -> dict[str, Any]:
        """The result with its rule and its sources. Only for a valid form."""
        given, found = self.cleaned_data, self.conversion
        units = {"of": given["of"], "into": given["into"]}
        return {
            "said": conversion_sentence(given["amount"], found, **units),
            "rule": rule_sentence(found, points_a_year=given.get("points"), **units),
            "sources": found.sources,
        }
