"""The mails that tell holders what became of their credentials, each in the holder's own language."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import override

from opencairn.kit.text import pick

from .models import Credential

_SUBJECTS: Mapping[str, Any] = {
    "revoked": __("Your credential was revoked: %(title)s"),
    "corrected": __("Your credential was corrected: %(title)s"),
    "renewed": __("Your credential was renewed: %(title)s"),
    "expiring": __("Your credential runs out on %(until)s: %(title)s"),
}
_BODIES: Mapping[str, Any] = {
    "revoked": __(
        "%(issuer)s has revoked your credential “%(title)s”. Whoever checks it from now on is told so, and on which "
        "day. The reason is for you alone:"
    ),
    "corrected": __(
        "%(issuer)s has signed a corrected credential for “%(title)s”. It waits on your page to be accepted. The wrong "
        "one is revoked: whoever checks it is told that a corrected one took its place. What was wrong:"
    ),
    "renewed": __(
        "%(issuer)s has renewed your credential “%(title)s”. The new one waits on your page to be accepted; the old "
        "one counts until its own end date. What was checked:"
    ),
    "expiring": __(
        "The document for “%(title)s” runs out on %(until)s. What you achieved stays achieved. Ask %(issuer)s how to "
        "have the credential renewed."
    ),
}


def send(credential: Credential, *, about: str) -> None:
    """Send one notice: revoked, corrected, renewed or expiring. Sending it twice does no harm."""
    award = credential.award
    assert award is not None
    with override(award.person.language or settings.LANGUAGE_CODE):
        facts = {
            "title": pick(award.version.title, (award.person.language or "en", "en"))[1],
            "issuer": credential.key.organisation.name,
            "until": date_format(credential.valid_until) if credential.valid_until else "",
        }
        reason = credential.revocation_reason if about == "revoked" else credential.replacement_note
        lines = [
            _("Hello %(name)s,") % {"name": award.person.name or award.name_on_credential},
            str(_BODIES[about]) % facts,
            reason if about != "expiring" else "",
            _("Your page: %(address)s") % {"address": f"{settings.BASE_URL}{reverse('wallet:portfolio')}"},
        ]
        subject = " ".join((str(_SUBJECTS[about]) % facts).split())
        send_mail(subject, "\n\n".join(each for each in lines if each) + "\n", None, [award.person.email])
