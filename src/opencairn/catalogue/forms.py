from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from opencairn.kit.text import has_hidden
from opencairn.people.models import Organisation


class TitleForm(forms.Form):
    """The title of a shortlist, one plain line: it becomes the subject of a letter."""

    title = forms.CharField(
        label=_("Title of the list"),
        help_text=_("Whoever gets the list reads it, such as “Ways into water work”."),
        max_length=120,
        error_messages={"required": _("Give the list a title.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_title(self) -> str:
        """One line without hidden signs."""
        title = " ".join(str(self.cleaned_data["title"]).split())
        if has_hidden(title):
            raise ValidationError(_("The title holds a sign that cannot be seen. Type it again."))
        return title


class ShortlistForm(TitleForm):
    """Everything that is written on a list: its title, a letter, and a note beside each course."""

    note = forms.CharField(
        label=_("What you want to say"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, picks: tuple[int, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.picks = picks
        for pick in picks:
            self.fields[f"note-{pick}"] = forms.CharField(
                label=_("Your note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def notes(self) -> dict[int, str]:
        """What was written beside each course, by the key of the pick."""
        return {pick: self.cleaned_data[f"note-{pick}"] for pick in self.picks}


class SendForm(forms.Form):
    """Where a list goes by e-mail. The address is used once and not kept."""

    email = forms.EmailField(
        label=_("E-mail of the person you advise"),
        help_text=_("It is used for this one letter and not kept."),
        error_messages={"required": _("Write where the list shall go.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.ModelChoiceField(
        label=_("On behalf of"), queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[each.pk for each in organisations])
        field.initial = organisations[0].slug if organisations else None
