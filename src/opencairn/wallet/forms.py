from django import forms
from django.utils.translation import gettext_lazy as _


class ShareForm(forms.Form):
    """Makes one more link. The note helps the holder to know later which link is whose."""

    note = forms.CharField(
        label=_("Whom is it for?"),
        help_text=_("Only you see this. Leave it empty if you like."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "input full", "autocomplete": "off"}),
    )


class DiscardForm(forms.Form):
    """Asks once more before the holder's copy is deleted."""

    sure = forms.BooleanField(
        label=_("Yes, delete my copy and end its links"),
        error_messages={"required": _("Tick the box to delete your copy, or go back to keep it.")},
    )
