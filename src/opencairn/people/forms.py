from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opencairn.kit.locales import is_country
from opencairn.kit.text import has_hidden

from .access import ROLES
from .models import Organisation, Person
from .rules import roles_for


def plain_name(words: str) -> None:
    """Refuse a name that would not be read as it is written."""
    if has_hidden(words):
        raise forms.ValidationError(
            _("The name holds a character that cannot be seen. Type it again, without copying it.")
        )


class SignUpForm(forms.Form):
    """What sign-up asks besides e-mail and password."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it should stand on what you earn. You can change it for each credential."),
        max_length=200,
        validators=[plain_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep the name; called by allauth."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class NameForm(forms.Form):
    """A person's own name."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        validators=[plain_name],
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def _language(tag: str) -> str:
    """A language in the reader's own, such as "German"; an unknown tag stays as it is."""
    return str(Locale.parse(get_language() or "en", sep="-").languages.get(tag, tag))


def countries() -> list[tuple[str, Any]]:
    """Return (ISO 3166-1 alpha-2 code, name in the reader's language), by name, after an empty choice."""
    try:
        named = Locale.parse(get_language() or "en", sep="-").territories
    except (UnknownLocaleError, ValueError):
        named = Locale("en").territories
    real = [(code, name) for code, name in named.items() if is_country(code)]
    return [("", _("Choose")), *sorted(real, key=lambda pair: pair[1])]


class OrganisationForm(forms.Form):
    """What an organisation says about itself: place, ways to reach it, and a text in each language of the site."""

    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)
    locality = forms.CharField(label=_("Town"), max_length=120, required=False)
    website = forms.URLField(
        label=_("Website"),
        help_text=_("Such as https://www.example.org"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    email = forms.EmailField(label=_("E-mail for questions"), required=False)

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        if organisation is not None:
            kwargs["initial"] = {
                "country": organisation.country,
                "locality": organisation.locality,
                "website": organisation.website,
                "email": organisation.email,
                **{f"description_{tag}": organisation.description.get(tag, "") for tag, _name in settings.LANGUAGES},
            }
        super().__init__(*args, **kwargs)
        for tag, _name in settings.LANGUAGES:
            self.fields[f"description_{tag}"] = forms.CharField(
                label=_("About the organisation, in %(language)s") % {"language": _language(tag)},
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 4, "lang": tag}),
            )

    def facts(self) -> dict[str, Any]:
        """Return the cleaned values as the organisation's own fields."""
        given = self.cleaned_data
        texts = {tag: given[f"description_{tag}"].strip() for tag, _name in settings.LANGUAGES}
        plain = {key: given[key] for key in ("country", "locality", "website", "email")}
        return {**plain, "description": {tag: words for tag, words in texts.items() if words}}


class RegisterForm(OrganisationForm):
    """What the operator enters to register an organisation."""

    KINDS = (
        ("is_provider", _("Provider: describes courses, assesses and awards")),
        ("is_quality_body", _("Quality body: reviews and accredits")),
        ("is_funder", _("Funder: pays for learning")),
        ("is_employer", _("Employer")),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=250,
        validators=[plain_name],
        help_text=_("The name that will stand on credentials."),
        error_messages={"required": _("Enter the name of the organisation.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it does"),
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )
    manager = forms.EmailField(
        label=_("E-mail of its first manager"),
        help_text=_("Someone who has an account here and confirmed this e-mail."),
        error_messages={"required": _("Enter the e-mail of someone who can start the work there.")},
    )
    field_order = ("name", "kinds", "manager")

    def facts(self) -> dict[str, Any]:
        """Return the cleaned values as the organisation's own fields."""
        return {**super().facts(), **{kind: kind in self.cleaned_data["kinds"] for kind, _label in self.KINDS}}


class MemberForm(forms.Form):
    """Whom to give which role."""

    email = forms.EmailField(
        label=_("Their e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the e-mail with which they sign in here.")},
    )
    role = forms.ChoiceField(
        label=_("Role"), widget=forms.RadioSelect, error_messages={"required": _("Choose a role.")}
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = roles_for(is_provider=organisation.is_provider, is_quality_body=organisation.is_quality_body)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(key, ROLES[key]) for key in offered]
