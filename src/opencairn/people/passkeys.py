"""The form for a new passkey; apart from the other forms, because allauth loads those before its passkeys exist."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A name for the passkey, and whether it replaces the password: yes, unless it is only a second step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name for it")
        self.initial["name"] = ""
        if "passwordless" in self.fields:
            replaces = self.fields["passwordless"]
            replaces.initial = True
            replaces.label = _("Sign in with it alone, without the password")
            replaces.help_text = _("Leave this out for a security key that you only touch as a second step.")


class RenameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name for it")
        self.fields["name"].error_messages["required"] = _("Enter a name you will know it by.")
