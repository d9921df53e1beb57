from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from itertools import count

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from opencairn.catalogue.backends import BACKEND, BitmapBackend
from opencairn.catalogue.filters.skill import _tree as kept_tree
from opencairn.credentials.registry import kept_snapshot
from opencairn.people.models import Person
from opencairn.quality.queries.register import kept_states, kept_texts
from opencairn.web.demo import cast as the_cast
from opencairn.web.translations import compile_catalogues
from tests import make

# A machine that is busy or slow is not a fault of the code: no test fails for the time it took.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_numbers = count(1)


def pytest_configure() -> None:
    """Compile the translations that changed: compiled files are never committed."""
    compile_catalogues()


@pytest.fixture(scope="session", autouse=True)
def every_room_is_loaded() -> None:
    """Load all views before any test moves the clock: a view imported meanwhile would keep the moved one for good."""
    get_resolver().check()


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """Forget what a process keeps until the rows change: a test's rows are rolled back and numbered anew."""
    for kept in (kept_states, kept_texts, kept_snapshot, kept_tree):
        kept.cache_clear()
    cache.clear()


@pytest.fixture(autouse=True)
def index_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test searches in a folder of its own, made when it first files: its rows are rolled back, files are not."""
    if isinstance(BACKEND, BitmapBackend):
        BACKEND.turn_to(tmp_path_factory.getbasetemp() / f"index-{next(_numbers)}")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test starts in English, whatever language a page of the test before was read in."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that commit be tidied up after: the log's refusal to be deleted has a test of its own."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        import_module("opencairn.transparency.migrations.0002_nothing_is_changed").unguard(None, editor, ("delete",))


@pytest.fixture
def at() -> datetime:
    """The fixed clock of every test: 2 March 2026, nine o'clock in UTC."""
    return make.AT


@pytest.fixture
def cast(db: None) -> the_cast.Cast:
    """The cast of the demo, on stage in a fresh database."""
    return the_cast.enter()


@pytest.fixture
def signed_in(cast: the_cast.Cast) -> Callable[[Person | None], Client]:
    """A function that returns a browser-like client signed in as one of the cast, or as nobody for None."""

    def sign_in(person: Person | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
