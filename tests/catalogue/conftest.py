import pytest

from opencairn.catalogue import actions, mapping, queries
from opencairn.catalogue.backends import BitmapBackend, SearchBackend, SqlBackend


@pytest.fixture
def sql(monkeypatch: pytest.MonkeyPatch) -> SearchBackend:
    """The engine whose index stands in the database, in use by pages, API and actions alike."""
    return _in_use(SqlBackend(), monkeypatch)


@pytest.fixture(params=["sql", "bitmaps"])
def engine(request: pytest.FixtureRequest, tmp_path, monkeypatch: pytest.MonkeyPatch) -> SearchBackend:
    """Each engine in turn, in use by pages, API and actions alike."""
    made = SqlBackend() if request.param == "sql" else BitmapBackend(tmp_path / "index")
    return _in_use(made, monkeypatch)


def _in_use(engine: SearchBackend, monkeypatch: pytest.MonkeyPatch) -> SearchBackend:
    for module in (actions, mapping, queries):
        monkeypatch.setattr(module, "BACKEND", engine)
    return engine
