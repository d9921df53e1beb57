from typing import Any

from babel import Locale
from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick, plain
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme
from opencairn.programmes.vocabulary import FIELDS
from opencairn.quality import queries

from .reviewing import day_field, words_field

STATES = [
    ("", __("Any")),
    ("accredited", __("Accredited")),
    ("suspended", __("Suspended")),
    ("due", __("Not certain yet")),
    ("not-yet", __("Not yet in force")),
    ("withdrawn", __("Withdrawn")),
    ("expired", __("Expired")),
    ("refused", __("Refused")),
]
NOT_IN_THE_LIST = {"invalid_choice": __("Choose one of the list.")}


class DayForm(forms.Form):
    """Which day the register is asked for."""

    on = day_field(__("As it stood on this day"), required=False)


class RegisterForm(DayForm):
    """Which day the register is asked for, and what to look for in it."""

    q = forms.CharField(label=__("Course, provider or decision number"), required=False, max_length=200)
    state = forms.ChoiceField(label=__("Standing"), choices=STATES, required=False, error_messages=NOT_IN_THE_LIST)
    framework = forms.ChoiceField(label=__("Quality framework"), required=False, error_messages=NOT_IN_THE_LIST)
    country = forms.ChoiceField(label=__("Country of the provider"), required=False, error_messages=NOT_IN_THE_LIST)
    field = forms.ChoiceField(label=__("Field of study"), required=False, error_messages=NOT_IN_THE_LIST)

    NARROWING = ("state", "framework", "country", "field")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = (get_language() or "en", "en")
        frameworks = [(key, pick(each.name, wanted)[1] if each else key) for key, each in queries.frameworks_used()]
        named = Locale.parse(get_language() or "en", sep="-").territories
        countries = sorted(
            ((code, named.get(code, code)) for code in queries.countries_used()), key=lambda pair: plain(pair[1])
        )
        broad = [(code, name) for code, name in FIELDS.items() if len(code) == 2]
        lists = {"framework": frameworks, "country": countries, "field": broad}
        for name, choices in lists.items():
            asked = self.fields[name]
            assert isinstance(asked, forms.ChoiceField)
            asked.choices = [("", _("Any")), *choices]

    @property
    def narrowed(self) -> bool:
        """Whether one of the folded questions was answered, or answered wrongly."""
        return any(self.data.get(name) for name in self.NARROWING)


class FundingForm(forms.Form):
    """A day on which something starts that public money should pay for, and perhaps which course."""

    on = day_field(__("It starts on"))
    course = forms.ModelChoiceField(
        Programme.objects.none(),
        label=__("Course"),
        to_field_name="slug",
        empty_label=__("Any of its courses"),
        required=False,
        error_messages=NOT_IN_THE_LIST,
    )

    def __init__(self, *args: Any, provider: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["course"], queries.programmes_to_endorse(provider))


def choose_among(asked: forms.Field, rows: QuerySet[Any]) -> None:
    """Let a question choose among rows; courses are shown by their titles."""
    assert isinstance(asked, forms.ModelChoiceField)
    asked.queryset = rows
    wanted = (get_language() or "en", "en")

    def shown(row: Any) -> str:
        title = row.current.title if isinstance(row, Programme) and row.current else {}
        return pick(title, wanted)[1] or str(row)

    asked.label_from_instance = shown  # type: ignore[method-assign, assignment]


class AskForm(forms.Form):
    """A provider asks an organisation to endorse it, or one of its courses."""

    endorser = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=__("Whom you ask"),
        to_field_name="slug",
        empty_label=__("Choose"),
        error_messages={"required": __("Choose an organisation."), "invalid_choice": __("Choose one of the list.")},
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=__("What they should endorse"),
        to_field_name="slug",
        empty_label=__("Your organisation as a whole"),
        required=False,
    )
    message = words_field(
        __("Your message"), help_text=__("Say who you are to them, and why they know your work. Only they read it.")
    )

    def __init__(self, *args: Any, provider: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self.fields["endorser"], queries.endorsers_to_ask(provider))
        choose_among(self.fields["programme"], queries.programmes_to_endorse(provider))


class AnswerForm(forms.Form):
    """An endorser says yes or no."""

    verdict = forms.ChoiceField(
        label=__("Your answer"),
        choices=[("granted", __("We endorse it")), ("declined", __("We do not endorse it"))],
        widget=forms.RadioSelect,
        error_messages={"required": __("Choose your answer.")},
    )
    words = words_field(
        __("In your words"),
        help_text=__(
            "An endorsement is signed and public, with these words. If you decline, only the provider reads them."
        ),
        longest=1000,
    )


class RevokeForm(forms.Form):
    """An endorser takes its endorsement back."""

    reason = words_field(
        __("Reason"),
        help_text=__("The provider reads it. The public sees that you took it back, and when."),
        longest=1000,
    )


class FollowForm(forms.Form):
    """The operator follows a register kept elsewhere: by its address, or by a file."""

    name = forms.CharField(
        label=__("Name"), max_length=200, error_messages={"required": __("Give the register a name.")},
        help_text=__("As visitors read it when they verify a credential."),
    )  # fmt: skip
    address = forms.URLField(
        label=__("Address"), required=False, max_length=400, assume_scheme="https",
        help_text=__("Where its snapshot or its list of known issuers stands, starting with https://."),
    )  # fmt: skip
    file = forms.FileField(
        label=__("Or a file"),
        required=False,
        help_text=__("A snapshot, a list of known issuers, or a list of registers."),
    )
    key = forms.CharField(
        label=__("Its key"), required=False, max_length=120,
        help_text=__("The did:key that has to have signed it. Ask for it on another way than the one the file came."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of the two ways is needed."""
        facts = super().clean() or {}
        if not self.errors and not facts.get("address") and not facts.get("file"):
            self.add_error("address", _("Give an address, or choose a file."))
        return facts
