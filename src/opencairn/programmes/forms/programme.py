"""Starting a programme."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.people.models import Organisation, Person
from opencairn.programmes import queries, rules
from opencairn.programmes.vocabulary import LANGUAGES


class NewProgrammeForm(forms.Form):
    """Who offers it, and a first title in one language."""

    provider = forms.ModelChoiceField(
        label=__("Provider"), queryset=Organisation.objects.none(), empty_label=None, to_field_name="slug"
    )
    language = forms.ChoiceField(label=__("Language of the title"), choices=list(LANGUAGES.items()))
    title = forms.CharField(
        label=__("Title"),
        help_text=__("In plain words. You can change it until you publish, and add other languages."),
        max_length=rules.LONGEST["title"],
        error_messages={"required": __("Give it a title.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["provider"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = queries.providers_of(person, to="programme.describe")
        choice.error_messages["invalid_choice"] = _("Choose one of your own organisations.")
        self.fields["language"].initial = (get_language() or "en").split("-")[0]
