from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A file someone was given. Each of the three ways in is enough, so that none is marked as required."""

    file = forms.FileField(
        label=_("The file"),
        required=False,
        help_text=_("A JSON, PNG, SVG or PDF file, or a picture of a QR code. At most 4 MB."),
        widget=forms.FileInput(
            attrs={
                "required": True,
                "accept": ".json,.jsonld,.png,.svg,.pdf,.jpg,.jpeg,.webp,application/json,application/pdf,image/*",
            }
        ),
    )


class LinkForm(forms.Form):
    """A link someone was sent."""

    link = forms.CharField(
        label=_("The link"),
        required=False,
        max_length=2000,
        help_text=_("It starts with https:// and is often behind the QR code of a certificate."),
        widget=forms.TextInput(
            attrs={
                "required": True,
                "inputmode": "url",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class PasteForm(forms.Form):
    """The text of a credential."""

    text = forms.CharField(
        label=_("The text"),
        required=False,
        help_text=_("The whole text, from the first { to the last }."),
        strip=False,
        widget=forms.Textarea(attrs={"required": True, "rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )


class WithdrawForm(forms.Form):
    """Why an award is withdrawn before a credential was made from it."""

    reason = forms.CharField(
        label=_("The reason"),
        max_length=1000,
        error_messages={"required": _("Write the reason, for the learner to read.")},
        help_text=_("The learner reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RevokeForm(forms.Form):
    """Why a credential is revoked, and that this is meant."""

    reason = forms.CharField(
        label=_("The reason"),
        max_length=1000,
        error_messages={"required": _("Write the reason, for the learner to read.")},
        help_text=_("The learner reads it. The public only sees that it was revoked, and on which day."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    sure = forms.BooleanField(
        label=_("I know that this cannot be undone"),
        error_messages={"required": _("Tick the box to confirm that you mean it.")},
    )


class CorrectForm(forms.Form):
    """What the corrected credential shall say, and what was wrong."""

    name_on_credential = forms.CharField(label=_("Name on the credential"), max_length=200)
    grade = forms.CharField(label=_("Grade"), max_length=60, required=False)
    awarded_on = forms.DateField(label=_("Day of the award"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=1000,
        error_messages={"required": _("Write what was wrong, for the learner to read.")},
        help_text=_("The learner reads it. The public only sees that it was corrected, and on which day."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=_("I know that the wrong one is revoked for good"),
        error_messages={"required": _("Tick the box to confirm that you mean it.")},
    )


class RenewForm(forms.Form):
    """What was checked before a credential is renewed."""

    checked = forms.CharField(
        label=_("What was checked"),
        max_length=1000,
        error_messages={"required": _("Write what was checked, for the learner to read.")},
        help_text=_("Such as a refresher day, a test, or proof of practice. The learner reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ValidityForm(forms.Form):
    """For how many months the credentials of a course are valid."""

    months = forms.IntegerField(label=_("Months"), required=False, min_value=1, max_value=600)


class CompromiseForm(forms.Form):
    """From when a key may have been in other hands."""

    since = forms.DateTimeField(
        label=_("Since when it may be in other hands (UTC)"),
        help_text=_("If you do not know exactly, choose the earlier moment."),
        error_messages={
            "required": _("Say from when on you no longer trust it."),
            "invalid": _("Enter a date and a time."),
        },
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    sure = forms.BooleanField(
        label=_("I know that this cannot be taken back, and is made public"),
        error_messages={"required": _("Tick the box to confirm that you mean it.")},
    )


class PolicyForm(forms.Form):
    """What an employer accepts. Whatever is left empty asks nothing."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Such as: For the laboratory. Whoever has the link sees it.")
    )
    steps = forms.MultipleChoiceField(
        label=_("Steps that have to be passed"), required=False, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.TypedMultipleChoiceField(
        label=_("EQF levels"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        choices=[(level, str(level)) for level in range(1, 9)],
    )  # fmt: skip
    most_months = forms.IntegerField(
        label=_("Awarded within the last months"), required=False, min_value=1, max_value=600,
        help_text=_("Leave it empty where age does not matter: what was achieved does not lapse."),
    )  # fmt: skip
    frameworks = forms.MultipleChoiceField(
        label=_("Accredited when awarded under one of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    assurance = forms.MultipleChoiceField(
        label=_("Kinds of quality assurance"), required=False, widget=forms.CheckboxSelectMultiple
    )
    supervision = forms.MultipleChoiceField(
        label=_("Identity check at the assessment"), required=False, widget=forms.CheckboxSelectMultiple
    )
    issuers = forms.CharField(
        label=_("Only from these issuers"),
        required=False,
        max_length=6000,
        help_text=_("One a line: the last part of the address of its page here, or its DID."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, offered in choices.items():
            cast("forms.MultipleChoiceField", self.fields[name]).choices = offered

    @property
    def wanted(self) -> dict[str, Any]:
        """The policy as plain data: what was left empty is left out."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "name"}
        said["issuers"] = said["issuers"].split()
        return {name: value for name, value in said.items() if value}
