from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opencairn.people.models import Person

WORD = "ERASE"  # the same in every language, so that it can be typed anywhere


class EraseForm(forms.Form):
    """Shows that the person means it, and that it is they: a word to type, and the password where there is one."""

    word = forms.CharField(
        label=_("Type the word ERASE"),
        error_messages={"required": _("Type the word ERASE to confirm.")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        error_messages={"required": _("Enter your password.")},
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, **more)
        self.person = person
        if not person.has_usable_password():
            del self.fields["password"]

    def clean_word(self) -> str:
        """Accept the word itself, however it is spelt in capitals."""
        word: str = self.cleaned_data["word"].strip()
        if word.upper() != WORD:
            raise forms.ValidationError(_("Type the word ERASE to confirm."))
        return word

    def clean_password(self) -> str:
        """Accept only the person's own password."""
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError(_("This is not your password. Try again, or set a new one first."))
        return password
