"""The dump and the changes feed: replayed together they give the present state, whatever was edited, and when."""

import gzip
import io
import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from opencairn.people.models import Organisation
from opencairn.programmes import actions as programmes
from opencairn.programmes import records
from opencairn.programmes.models import Change, Partner, Programme, Revision
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_data_folder(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(settings, "VAR", tmp_path)


class World:
    """Programmes that somebody edits at random, with a clock that also goes backwards."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random, self.made = cast, Random(seed), 0

    def at(self) -> Any:
        return make.AT + timedelta(
            seconds=self.random.randint(-3600, 3600), microseconds=self.random.randint(0, 999_999)
        )

    def one(self) -> Programme | None:
        rows = list(Programme.objects.filter(withdrawn_at=None).order_by("pk"))
        return self.random.choice(rows) if rows else None

    def edit(self) -> None:
        one, at = self.one(), self.at()
        kind = self.random.choice(["new", "new", "version", "run", "withdraw", "rename", "close", "partner"])
        if kind == "new" or one is None:
            self.made += 1
            made = make.programme(self.cast.provider, f"course-{self.made}")
            make.version(made, title={"en": f"Course {self.made}"}, outcomes=["Read a lake."])
            Programme.objects.filter(pk=made.pk).update(changed_at=at)
        elif kind == "version":
            draft = programmes.draft_next_version(one, by=None, at=at)
            programmes.describe(draft, changes={"title": {"en": f"Edited {at}"}}, by=None, at=at)
            programmes.publish(draft, by=None, at=at)
        elif kind == "partner":
            draft = programmes.draft_next_version(one, by=None, at=at)
            partner = {"role": "funder", "organisation": self.cast.funder}
            Partner.objects.filter(version=draft).delete()
            Partner.objects.create(version=draft, position=1, **partner)
            programmes.publish(draft, by=None, at=at)
            Organisation.objects.filter(pk=self.cast.funder.pk).update(name=f"Fund {at}")
        elif kind == "run":
            programmes.plan_offering(one, by=None, at=at, place=f"Room {at}")
        elif kind == "withdraw":
            programmes.withdraw(one, reason="Over.", by=None, at=at)
        else:
            provider = self.cast.provider
            provider.name = f"School {at}" if kind == "rename" else provider.name
            provider.closed_at = (None if provider.closed_at else at) if kind == "close" else provider.closed_at
            provider.save()


def present() -> dict[str, Any]:
    return {each["id"]: each for each in records.everything()}


@pytest.mark.parametrize("seed", range(6))
def test_dump_and_changes_replayed_give_the_present_state(cast: Cast, seed: int) -> None:
    world, client = World(cast, seed), Client()
    for _ in range(12):
        world.edit()
    file = io.BytesIO()
    cursor = programmes.dump(file, packed=True, at=make.AT)["cursor"]
    mine = {each["id"]: each for each in map(json.loads, gzip.decompress(file.getvalue()).splitlines())}
    assert mine == present()
    for _round in range(4):
        for _ in range(world.random.randint(0, 6)):
            world.edit()
        if world.random.random() < 0.5:  # the sweep, which also sees what the request does not look for
            programmes.record_changes(at=make.AT)
        cursor = follow(client, cursor, mine, limit=world.random.randint(1, 5))
    programmes.record_changes(at=make.AT)
    follow(client, cursor, mine, limit=200)
    assert mine == present()


def follow(client: Client, cursor: str, mine: dict[str, Any], *, limit: int) -> str:
    """Do as a follower does: ask from the last cursor on, put in or take out, until nothing more waits."""
    while True:
        page = client.get("/api/v1/changes", {"cursor": cursor, "limit": limit}).json()
        for each in page["items"]:
            if each["kind"] == "upsert":
                mine[each["id"]] = each["programme"]
            else:
                mine.pop(each["id"], None)
        cursor = page["cursor"]
        if not page["more"]:
            return cursor


def test_a_programme_changed_at_the_last_moment_is_seen_by_the_next_request(cast: Cast) -> None:
    one = make.programme(cast.provider)
    make.version(one)
    client = Client()
    first = client.get("/api/v1/changes").json()
    assert [each["kind"] for each in first["items"]] == ["upsert"]
    assert client.get("/api/v1/changes", {"cursor": first["cursor"]}).json()["items"] == []
    programmes.withdraw(one, reason="Over.", by=None, at=make.AT)
    second = client.get("/api/v1/changes", {"cursor": first["cursor"]}).json()
    assert [(each["kind"], each["programme"]) for each in second["items"]] == [("withdrawal", None)]
    assert Change.objects.count() == 1
    Revision.objects.update(series="other")
    assert client.get("/api/v1/changes", {"cursor": second["cursor"]}).status_code == 410


def test_the_same_programmes_give_the_same_file_and_old_files_go(cast: Cast) -> None:
    one = make.programme(cast.provider)
    make.version(one)
    first, second = io.BytesIO(), io.BytesIO()
    assert programmes.dump(first, packed=True, at=make.AT)["count"] == 1
    programmes.dump(second, packed=True, at=make.AT + timedelta(days=1))
    assert first.getvalue() == second.getvalue()
    for day in range(5):
        at = make.AT + timedelta(days=day)
        programmes.plan_offering(one, by=None, at=at)
        assert programmes.write_dump(at=at) == 1
        assert programmes.write_dump(at=at + timedelta(hours=1)) == 0
    names = sorted(file.name for file in programmes.dump_folder().iterdir())
    assert names == ["manifest.json", *(f"programmes-2026-03-0{day}T090000Z.jsonl.gz" for day in (4, 5, 6))]
    assert json.loads((programmes.dump_folder() / "manifest.json").read_text())["name"] == names[-1]
