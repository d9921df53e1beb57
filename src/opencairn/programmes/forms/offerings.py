"""Planning a run and cancelling one. What people type is taken: "1.234,50 €" is a price, a date any usual date."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.programmes.actions import NotPlannable
from opencairn.programmes.actions.offerings import clean_run
from opencairn.programmes.vocabulary import CURRENCIES, LANGUAGES

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]

_CURRENCY = r"(?:[A-Za-z]{3}|[^\w\s.,'’-])"
_WHOLE = r"(?P<whole>\d{1,3}(?P<mark>[.,'’ ])\d{3}(?:(?P=mark)\d{3})*|\d+)"
_AMOUNT = re.compile(rf"(?:{_CURRENCY} ?)?(?P<minus>-?){_WHOLE}(?:[.,](?P<cents>\d{{1,2}}))? ?(?:{_CURRENCY})?")


def amount(typed: str) -> Decimal:
    """Read one amount of money as people write it, with or without the sign or code of a currency.

    The last mark before one or two digits is the decimal mark; marks, spaces and apostrophes part groups of three.
    Raises InvalidOperation for anything else, so that “25 or 30” never becomes a price.
    """
    found = _AMOUNT.fullmatch(re.sub(r"\s+", " ", typed).strip())
    if found is None:
        raise InvalidOperation
    whole = re.sub(r"[^\d]", "", found["whole"])
    return Decimal(f"{found['minus']}{whole}.{found['cents'] or '0'}")


def day(label: Any, hint: Any = "") -> forms.DateField:
    """A date, by the browser's own picker where it has one."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput({"type": "date", "class": "day"}, format="%Y-%m-%d"),
        error_messages={"invalid": __("Enter a date, such as 2026-09-14.")},
    )


class RunForm(forms.Form):
    """One planned run of a programme."""

    starts_on = day(__("First day"), __("Leave empty if people can start any day."))
    ends_on = day(__("Last day"))
    enrol_until = day(__("Last day to enrol"), __("Leave empty to keep enrolment open until the first day."))
    place = forms.CharField(
        label=__("Place"), required=False, max_length=200, help_text=__("Such as: Tarnau and online.")
    )
    language = forms.ChoiceField(
        label=__("Language"), required=False, choices=[("", __("Not stated")), *LANGUAGES.items()]
    )
    capacity = forms.CharField(
        label=__("Places"),
        required=False,
        max_length=12,
        help_text=__("Leave empty if there is no limit."),
        widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
    )
    price = forms.CharField(
        label=__("Price"),
        required=False,
        max_length=20,
        help_text=__("What a learner pays in all. Write 0 if it is free; leave empty if it is not known."),
        widget=forms.TextInput({"inputmode": "decimal", "class": "short"}),
    )
    currency = forms.ChoiceField(
        label=__("Currency"), required=False, initial="EUR", choices=[(code, code) for code in CURRENCIES]
    )

    def clean_capacity(self) -> int | None:
        """Read a number of places."""
        typed = self.cleaned_data["capacity"].replace(" ", "")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit()):
            raise forms.ValidationError(_("Enter a whole number of places, such as 24."))
        return int(typed)

    def clean_price(self) -> Decimal | None:
        """Read an amount of money."""
        typed = self.cleaned_data["price"].strip()
        if not typed:
            return None
        try:
            return amount(typed)
        except InvalidOperation as error:
            raise forms.ValidationError(_("Enter the price as a number, such as 320 or 49.90.")) from error

    def clean(self) -> dict[str, Any]:
        """Let the room's own rules judge the whole."""
        answered = super().clean() or {}
        if self.errors:
            return answered
        answered["languages"] = [answered["language"]] if answered.get("language") else []
        answered.pop("language", None)
        try:
            return clean_run(answered)
        except NotPlannable as refusal:
            for field, sentence in refusal.problems:
                self.add_error(field if field in self.fields else None, sentence)
        return answered


class ReasonForm(forms.Form):
    """Why something public ends."""

    reason = forms.CharField(
        label=__("Reason"),
        help_text=__("One or two sentences. Everyone can read them."),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": __("Say why.")},
    )
