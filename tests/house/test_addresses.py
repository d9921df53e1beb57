"""Every address is guarded or on its room's public list, and every link in a template leads somewhere."""

import re
import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {"uuid": str(uuid.UUID(int=7)), "slug": "nothing-here", "int": "7", "str": "nothing", "path": "nothing"}
FOREIGN = ("account", "mfa", "usersessions")


def patterns(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Yield (namespace, path with samples filled in, pattern) for every address of our own."""
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, here, entry.app_name or space)
        else:
            filled = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m[1] or "str", "nothing"), here)
            yield space, "/" + filled.replace("\\Z", "").replace("^", "").replace("$", ""), entry


def own() -> list[tuple[str, str, URLPattern]]:
    return [row for row in patterns(get_resolver()) if not row[1].startswith(("/account/", "/language/"))]


def public_names() -> set[str]:
    rooms = [
        "people",
        "transparency",
        "skills",
        "programmes",
        "quality",
        "catalogue",
        "learning",
        "credentials",
        "wallet",
    ]
    modules = [import_module(f"opencairn.{room}.urls") for room in (*rooms, "web.conformance")]
    listed = {f"{urls.app_name}:{name}" for urls in modules for name in getattr(urls, "PUBLIC", ())}
    listed |= {f"ninja:{name}" for name in import_module("opencairn.web.api").PUBLIC}
    return listed | set(getattr(import_module("opencairn.web.urls"), "PUBLIC", ()))


@pytest.mark.django_db
def test_every_address_is_guarded_or_on_the_public_list() -> None:
    public, open_doors = public_names(), []
    for space, path, pattern in own():
        name = f"{space}:{pattern.name}" if space else str(pattern.name)
        if name in public:
            continue
        for method in ("get", "post"):
            response = getattr(Client(), method)(path)
            guarded = response.status_code == 405 and method == "get"
            guarded |= response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL))
            if not guarded:
                open_doors.append(f"{method.upper()} {path} ({name}) answers {response.status_code}")
    assert open_doors == []


def test_the_public_list_names_only_addresses_that_exist() -> None:
    names = {f"{space}:{pattern.name}" if space else str(pattern.name) for space, _, pattern in own()}
    assert public_names() <= names


def test_every_link_in_a_template_leads_somewhere() -> None:
    known = {f"{space}:{p.name}" if space else str(p.name) for space, _, p in patterns(get_resolver())}
    wrong = []
    for file in (ROOT / "src").rglob("templates/**/*.*"):
        for name in re.findall(r"""{%\s*url\s+['"]([\w:.-]+)['"]""", file.read_text()):
            if name not in known:
                try:
                    reverse(name)
                except NoReverseMatch:
                    wrong.append(f"{file.relative_to(ROOT)}: {name}")
    assert wrong == []
