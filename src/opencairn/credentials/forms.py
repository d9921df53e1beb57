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
