"""Pages of the roof: the first page, the field guide, what all this is, and the pages about the site itself."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import front


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: a real cairn, the search, how to read a stone, what starts soon, how trust works."""
    return render(request, "web/home.html", front.page(timezone.localdate()))


@require_safe
def field_guide(request: HttpRequest) -> HttpResponse:
    """The eleven minerals, the three states and one colour, drawn now by the same code as every badge."""
    return render(request, "web/field_guide.html", front.guide())


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What a micro-credential is, for someone who has never heard of it."""
    return render(request, "web/about.html", {"path": front.PATH})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What we do so that everyone can use the site, and whom to tell where it fails."""
    return render(request, "web/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Which data the site keeps about a person, why, for how long, and how to take it along or away."""
    return render(request, "web/privacy.html")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when the database answers; for load balancers and monitors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines which addresses are private links or personal pages."""
    private = ("/account/", "/assess/", "/cairn/", "/issue/", "/learning/", "/me/", "/publish/", "/quality/", "/s/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private)]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
