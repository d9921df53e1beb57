"""``opencairn rebuild-catalogue``: what is stale is filed anew, and nobody files beside another."""

import argparse
from pathlib import Path

import pytest

from opencairn.catalogue import actions, queries
from opencairn.catalogue.backends import BitmapBackend, Criteria, SqlBackend
from opencairn.catalogue.backends.bitmaps import store
from opencairn.kit.errors import Refused
from opencairn.people.models import Organisation
from opencairn.web.commands import rebuild_catalogue as command
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db


def test_a_new_name_of_a_provider_is_found_after_a_rebuild_which_waits_for_whoever_is_filing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make.version(make.programme(cast.provider))
    engine = BitmapBackend(tmp_path / "index")
    for each in (SqlBackend(), engine):
        for module in (actions, queries):
            monkeypatch.setattr(module, "BACKEND", each)
        actions.refresh(at=make.AT)
        Organisation.objects.filter(pk=cast.provider.pk).update(name=f"Zebra {type(each).__name__}")
        asked = Criteria(f"zebra {type(each).__name__.lower()}")
        assert queries.search(asked, day=make.TODAY).total == 0 or queries.search(asked, day=make.TODAY).relaxed
        assert command.run(argparse.Namespace()) == 0
        assert (queries.search(asked, day=make.TODAY).total, queries.search(asked, day=make.TODAY).relaxed) == (
            1,
            False,
        )
    assert "1 public programmes are filed." in capsys.readouterr().out
    with store.writing(engine.folder), pytest.raises(Refused, match="try again"):
        command.run(argparse.Namespace())
