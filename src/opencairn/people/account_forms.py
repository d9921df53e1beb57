"""The forms of the sign-in library with labels and errors in the words of this site; settings name each of them.

Apart from the other forms, because the library loads those before its own forms exist.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

# field: (its label, what is said where it was left empty)
WORDS: dict[str, tuple[Any, Any]] = {
    "login": (_("E-mail"), _("Enter your e-mail.")),
    "email": (_("E-mail"), _("Enter an e-mail, such as name@example.org.")),
    "password": (_("Password"), _("Enter your password.")),
    "oldpassword": (_("The password you have now"), _("Enter the password you have now.")),
    "password1": (_("New password"), _("Choose a password.")),
    "password2": (_("New password, once more"), _("Enter the new password once more.")),
    "code": (_("Code"), _("Enter the code.")),
    "remember": (_("Stay signed in on this device"), ""),
    "name": (_("Your name"), _("Enter your name, as it should stand on what you earn.")),
}


def in_our_words(form: type[forms.Form], **labels: Any) -> type[forms.Form]:
    """Return the form with the labels and messages of ``WORDS``; ``labels`` are for this form alone."""

    class Worded(form):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for name, field in self.fields.items():
                if name in WORDS:
                    label, if_empty = WORDS[name]
                    field.label = labels.get(name, label)
                    field.error_messages["required"] = if_empty

    Worded.__name__ = form.__name__
    return Worded


SignIn = in_our_words(account.LoginForm)
SignUp = in_our_words(account.SignupForm, password1=_("Password"))
AddEmail = in_our_words(account.AddEmailForm)
ChangePassword = in_our_words(account.ChangePasswordForm)
SetPassword = in_our_words(account.SetPasswordForm)
ForgottenPassword = in_our_words(account.ResetPasswordForm)
NewPassword = in_our_words(account.ResetPasswordKeyForm)
RequestCode = in_our_words(account.RequestLoginCodeForm)
ConfirmCode = in_our_words(account.ConfirmLoginCodeForm)
Again = in_our_words(account.ReauthenticateForm)
SecondStep = in_our_words(mfa.AuthenticateForm, code=_("The code in your app, or a spare one"))
SecondStepAgain = in_our_words(mfa.ReauthenticateForm, code=_("The code in your app, or a spare one"))
TurnOn = in_our_words(totp.ActivateTOTPForm, code=_("The code your app shows now"))
