"""What every page's frame needs to know: the ways to go, and who runs the site."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opencairn.people.models import Person
from opencairn.quality.queries import bodies_of

# (key that a page names in its block "here", label, url name); a later room adds its line.
MAIN_NAV = (
    ("find", _("Find"), "catalogue:index"),
    ("verify", _("Verify"), "credentials:verify"),
    ("cairn", _("My cairn"), "wallet:portfolio"),
    ("publish", _("Publish"), "programmes:desk"),
    ("quality", _("Quality"), "quality:register"),
)
FOOTER_NAV = (
    (
        _("Check for yourself"),
        (
            (_("Verify a credential"), "credentials:verify"),
            (_("Public register of accreditation"), "quality:register"),
            (_("Transparency log"), "transparency:log"),
        ),
    ),
    (
        _("Read"),
        (
            (_("What a micro-credential is"), "about"),
            (_("Field guide to the stones"), "field_guide"),
            (_("Taxonomies of skills"), "skills:taxonomies"),
            (_("Qualification frameworks and credits"), "skills:levels"),
            (_("Who may do what here"), "people:permissions"),
            (_("Open data for programs"), "api"),
        ),
    ),
    (
        _("Help"),
        (
            (_("Accessibility"), "accessibility"),
            (_("Privacy and your data"), "privacy"),
        ),
    ),
)
ACCOUNT_NAV = (
    ("people:me", _("Your pages")),
    ("people:name", _("Name")),
    ("account_email", _("E-mail addresses")),
    ("mfa_list_webauthn", _("Passkeys")),
    ("mfa_index", _("Second step")),
    ("account_change_password", _("Password")),
)


@cache
def address(name: str) -> str:
    """Return the address of a page without parts that vary; it is the same for every request."""
    return reverse(name)


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the facts of the frame: navigation, languages, the operator's name and the site's own address.

    "Quality" leads those who review for a quality body to their desk, and everyone else to the public register.
    """
    user = getattr(request, "user", None)
    quality = "quality:desk" if isinstance(user, Person) and bodies_of(user).exists() else "quality:register"
    return {
        "main_nav": [(key, label, address(quality if key == "quality" else name)) for key, label, name in MAIN_NAV],
        "quality_door": quality,
        "footer_nav": [(head, [(label, address(name)) for label, name in links]) for head, links in FOOTER_NAV],
        "account_nav": ACCOUNT_NAV,
        "languages": settings.LANGUAGES,
        "operator_name": settings.OPERATOR_NAME,
        "base_url": settings.BASE_URL,
    }
