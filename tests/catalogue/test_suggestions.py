import pytest
from django.test import Client

from opencairn.catalogue import queries
from opencairn.catalogue.backends import BACKEND, BitmapBackend, SearchBackend, SqlBackend, Suggestion
from opencairn.programmes.models import Outcome
from opencairn.web.demo.cast import Cast
from tests import make

from .test_search import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["sql", "bitmaps"])
def engine(request: pytest.FixtureRequest, tmp_path, monkeypatch: pytest.MonkeyPatch) -> SearchBackend:
    made = SqlBackend() if request.param == "sql" else BitmapBackend(tmp_path / "index")
    monkeypatch.setattr(queries, "BACKEND", made)
    return made


def test_titles_and_providers_are_suggested_without_regard_to_case_and_accents(
    cast: Cast, engine: SearchBackend
) -> None:
    publish(cast.provider, "a", "Élevage durable")
    publish(cast.provider, "b", "Élevage durable")
    engine.refresh(at=make.AT)
    assert queries.suggest("  eLEVAGE  d") == [Suggestion("title", "Élevage durable")]
    assert Suggestion("provider", cast.provider.name) in queries.suggest(cast.provider.name[:6])
    assert queries.suggest("e") == queries.suggest("") == queries.suggest("\x00") == queries.suggest("%_") == []


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
