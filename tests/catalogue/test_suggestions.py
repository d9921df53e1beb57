from datetime import timedelta

import pytest
from django.test import Client

from opencairn.catalogue import queries
from opencairn.catalogue.backends import BACKEND, BitmapBackend, SearchBackend, Suggestion
from opencairn.programmes.models import Outcome, Programme, ProgrammeVersion
from opencairn.web.demo.cast import Cast
from tests import make

from .test_search import publish

pytestmark = pytest.mark.django_db


def test_titles_and_providers_are_suggested_without_regard_to_case_and_accents(
    cast: Cast, engine: SearchBackend
) -> None:
    publish(cast.provider, "a", "Élevage durable")
    publish(cast.provider, "b", "Élevage durable")
    engine.refresh(at=make.AT)
    assert queries.suggest("  eLEVAGE  d") == [Suggestion("title", "Élevage durable")]
    assert Suggestion("provider", cast.provider.name) in queries.suggest(cast.provider.name[:6])
    assert queries.suggest("e") == queries.suggest("") == queries.suggest("\x00") == queries.suggest("%_") == []


def test_a_title_is_suggested_as_long_as_a_public_course_has_it(cast: Cast, engine: SearchBackend) -> None:
    first, second, renamed = (publish(cast.provider, slug, f"Water {slug[0]}") for slug in ("a", "a2", "b"))
    engine.rebuild(at=make.AT)
    later = make.AT + timedelta(minutes=5)
    ProgrammeVersion.objects.filter(programme=renamed).update(title={"en": "Water c"})
    Programme.objects.filter(pk=renamed.pk).update(changed_at=later)
    Programme.objects.filter(pk=first.pk).update(changed_at=later, withdrawn_at=later)
    engine.refresh(at=later)
    assert [each.words for each in engine.suggest("wat", most=5)] == ["Water a", "Water c"]
    Programme.objects.filter(pk=second.pk).update(changed_at=later, withdrawn_at=later)
    engine.refresh(at=later)
    assert [each.words for each in engine.suggest("wat", most=5)] == ["Water c"]


def test_the_embedded_engine_suggests_skills_by_any_of_their_words(cast: Cast, tmp_path) -> None:
    publish(cast.provider, "a", "A", outcomes=["Take samples."])
    Outcome.objects.update(skills=[{"uri": "", "label": "take water samples", "framework": "ESCO"}])
    engine = BitmapBackend(tmp_path / "index")
    engine.refresh(at=make.AT)
    assert engine.suggest("wat", most=5) == [Suggestion("skill", "take water samples")]


def test_the_fragment_links_to_the_search(cast: Cast, client: Client) -> None:
    publish(cast.provider, "a", "Water <b>& more")
    BACKEND.refresh(at=make.AT)
    page = client.get("/find/suggest/?q=wat").content.decode()
    assert "?q=Water%20%3Cb%3E%26%20more" in page
    assert "Water &lt;b&gt;&amp; more" in page
    assert "1 suggestion" in page
    assert b"<a" not in client.get("/find/suggest/").content
