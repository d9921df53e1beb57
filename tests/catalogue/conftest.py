import pytest

from opencairn.catalogue import actions, mapping, queries
from opencairn.catalogue.backends import BitmapBackend, SearchBackend, SqlBackend


@pytest.fixture(params=["sql", "bitmaps"])
def engine(request: pytest.FixtureRequest, tmp_path, monkeypatch: pytest.MonkeyPatch) -> SearchBackend:
    """Each engine in turn, in use by pages, API and actions alike."""
    made = SqlBackend() if request.param == "sql" else BitmapBackend(tmp_path / "index")
    for module in (actions, mapping, queries):
        monkeypatch.setattr(module, "BACKEND", made)
    return made
