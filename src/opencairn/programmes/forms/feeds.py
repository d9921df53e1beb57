"""Registering a feed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.fetch import is_inside
from opencairn.people.access import may
from opencairn.people.models import Organisation, Person
from opencairn.programmes import queries
from opencairn.programmes.formats import READERS

INTERVALS = (
    ("60", __("Every hour")),
    ("1440", __("Every day")),
    ("10080", __("Every week")),
    ("15", __("Every quarter of an hour")),
)


class FeedForm(forms.Form):
    """Where a catalogue stands, in which format, whose it is and how often it is looked at."""

    name = forms.CharField(
        label=__("Name"),
        max_length=120,
        help_text=__("What the catalogue is called. It is shown beside every course that comes from it."),
        error_messages={"required": __("Give it a name.")},
    )
    url = forms.CharField(
        label=__("Web address of the catalogue"),
        max_length=500,
        help_text=__("It starts with https:// and leads to one file that lists all courses."),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": __("Enter the address.")},
    )
    format = forms.ChoiceField(
        label=__("Format"), choices=(), error_messages={"required": __("Choose a format.")}
    )  # fmt: skip
    every = forms.ChoiceField(label=__("How often to look"), choices=INTERVALS, initial="1440")
    provider = forms.ModelChoiceField(
        label=__("Provider"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        help_text=__("All courses of the catalogue are listed as courses of this organisation."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice, formats = self.fields["provider"], self.fields["format"]
        assert isinstance(choice, forms.ModelChoiceField)
        assert isinstance(formats, forms.ChoiceField)
        formats.choices = [("", __("Choose")), *((each.key, each.name) for each in READERS)]
        if may(person, "feed.oversee"):
            choice.queryset = Organisation.objects.filter(is_provider=True, closed_at=None).order_by("name")
            choice.required, choice.empty_label = False, str(__("Each course names its own"))
        else:
            choice.queryset = queries.providers_of(person, to="feed.manage")
            choice.empty_label = None

    def clean_url(self) -> str:
        """An address that the worker would never visit is refused at once."""
        url: str = self.cleaned_data["url"]
        if is_inside(url):
            raise forms.ValidationError(
                _("This address leads into a private network, which is never visited. Enter a public one.")
            )
        return url

    def facts(self) -> dict[str, Any]:
        """What the action asks for."""
        given = self.cleaned_data
        return {**given, "every": timedelta(minutes=int(given["every"]))}
