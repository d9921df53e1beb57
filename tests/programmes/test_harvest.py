"""Harvesting catalogues of others, from a real server over real TLS: what is taken, what is not, and what is never done."""

import csv
import gzip
import io
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from opencairn.kit.errors import Forbidden
from opencairn.kit.fetch import download
from opencairn.people.models import Organisation
from opencairn.programmes import actions as programmes
from opencairn.programmes.actions import harvest
from opencairn.programmes.formats import reader_named
from opencairn.programmes.models import Feed, FeedItem, FeedRun, Programme
from opencairn.programmes.queries import newest_version
from opencairn.web.certificates import ours
from opencairn.web.demo.cast import Cast
from tests import make

DAY = timedelta(days=1)


class Site:
    """A web server of a provider. ``files`` is what it has; ``how`` is in which bad way it answers, if any."""

    def __init__(self, folder: Any) -> None:
        self.files: dict[str, bytes] = {}
        self.how, self.asked = "", []
        files = ours(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Answering, self))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.visit: Callable[..., Any] = partial(
            download, resolve=lambda host, port: ["127.0.0.1"], may_visit=lambda address: True,
            tls=ssl.create_default_context(cafile=str(files.certificate)),
        )  # fmt: skip

    def address(self, path: str = "/feed.csv") -> str:
        return f"https://localhost:{self.port}{path}"


class Answering(BaseHTTPRequestHandler):
    """Answers with the file, or in the bad way of the site."""

    def __init__(self, site: Site, *args: Any) -> None:
        self.site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        body = self.site.files.get(self.path, b"")
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        self.site.asked.append(self.headers.get("If-None-Match", ""))
        if self.site.how == "broken":
            self.send_error(500)
        elif self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("ETag", etag)
            if self.site.how != "endless":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if self.site.how == "cut" else body)
            self.close_connection = True

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


def table(*rows: dict[str, str]) -> bytes:
    """A CSV catalogue."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def course(n: Any, title: str = "", **more: str) -> dict[str, str]:
    ordinary = {
        "id": f"https://localhost/courses/{n}",
        "provider.name": "School of the River",
        "provider.country": "IE",
    }
    return {**ordinary, "title.en": title or f"Course {n}", **more}


def feed(site: Site, path: str = "/feed.csv", provider: Organisation | None = None, name: str = "") -> Feed:
    return programmes.register_feed(
        name=name or path, url=site.address(path), format="csv", every=DAY, provider=provider, at=make.AT
    )[0]  # fmt: skip


def look(site: Site, at: datetime = make.AT, of: Feed | None = None) -> FeedRun:
    """Let the worker come round at an instant at which every feed is due, in whatever order; the run of one of them."""
    Feed.objects.update(due_at=at)
    assert harvest.harvest_due(at=at, visit=site.visit) == Feed.objects.filter(paused_at=None).count()
    return (FeedRun.objects.filter(feed=of) if of else FeedRun.objects).order_by("-pk")[0]


def public() -> dict[str, str]:
    rows = Programme.objects.public().select_related("current")
    return {one.source_id.rpartition("/")[2]: one.current.title["en"] for one in rows if one.current}


@pytest.mark.django_db
def test_a_feed_is_followed_created_updated_and_withdrawn(site: Site, cast: Cast) -> None:
    site.files["/feed.csv"] = table(course(1), course(2), course(3))
    one = feed(site)
    assert look(site).counts == {"created": 3}
    site.files["/feed.csv"] = table(course(1), course(2, "Course two"), course(4))
    run = look(site, make.AT + DAY)
    assert (run.outcome, run.counts) == ("taken", {"unchanged": 1, "updated": 1, "created": 1, "withdrawn": 1})
    assert public() == {"1": "Course 1", "2": "Course two", "4": "Course 4"}
    assert [line["status"] for line in run.report] == ["updated", "created"]
    same = look(site, make.AT + 2 * DAY)
    assert (same.outcome, site.asked[-1] != "") == ("same", True)
    site.files["/feed.csv"] = table(*(course(n) for n in (1, 2, 3, 4)))
    assert look(site, make.AT + 3 * DAY).counts == {"unchanged": 2, "updated": 2}
    assert public() == {str(n): f"Course {n}" for n in (1, 2, 3, 4)}
    assert Programme.objects.count() == FeedItem.objects.filter(feed=one).count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["broken", "cut", "endless"])
def test_what_may_be_cut_off_withdraws_nothing_and_a_failure_takes_nothing(site: Site, cast: Cast, how: str) -> None:
    site.files["/feed.csv"] = table(*(course(n) for n in range(8)))
    one = feed(site)
    look(site)
    site.files["/feed.csv"] = table(course(0, "Other"), course(1), *(course(n) for n in range(3, 8)))
    site.how = how
    run = look(site, make.AT + DAY)
    assert run.outcome == ("held" if how == "endless" else "failed")
    assert run.why.endswith(".")
    assert len(public()) == 8
    assert public()["0"] == ("Other" if how == "endless" else "Course 0")
    one.refresh_from_db()
    assert one.due_at == make.AT + DAY + (DAY if how == "endless" else timedelta(minutes=15))
    site.how = ""
    assert look(site, make.AT + 2 * DAY).counts["withdrawn"] == 1


@pytest.mark.django_db
def test_files_that_are_not_what_they_should_be_take_nothing(site: Site, cast: Cast) -> None:
    one = feed(site)
    files = [
        b"<html>Sign in</html>",
        table(course(1)) + b'"open',
        b"\x1f\x8b\x00broken",
        b"",
        table(course(1)).decode().encode("utf-16"),
    ]
    for n, body in enumerate(files, start=1):
        site.files["/feed.csv"] = body
        run = look(site, make.AT + n * DAY)
        assert (run.outcome, Programme.objects.count()) == ("failed", 0), body
    one.refresh_from_db()
    assert one.failures == len(files)
    assert one.due_at - make.AT == len(files) * DAY + timedelta(minutes=15) * 2 ** (len(files) - 1)
    monkey = harvest.LARGEST
    site.files["/feed.csv"] = table(course(1))
    try:
        harvest.LARGEST = 20
        assert "larger than 20 bytes" in look(site, make.AT + 9 * DAY).why
    finally:
        harvest.LARGEST = monkey


@pytest.mark.django_db
def test_one_programme_in_two_feeds_is_one(site: Site, cast: Cast) -> None:
    """The portal names it first; the school's own host takes over; when the school drops it, the portal goes on."""
    other = "https://portal.example/x/"
    site.files["/portal.csv"] = table(
        *(course(n, id=f"{other}{n}", homepage=f"https://localhost:{site.port}/c/{n}") for n in (1, 2))
    )
    portal = feed(site, "/portal.csv", name="The portal")
    Feed.objects.filter(pk=portal.pk).update(name="The portal")
    look(site)
    Feed.objects.filter(pk=portal.pk).update(url=portal.url.replace("localhost", "127.0.0.1"))
    site.files["/school.csv"] = table(
        *(course(n, f"School {n}", id=f"https://localhost:{site.port}/c/{n}") for n in (1, 2, 3))
    )
    school = feed(site, "/school.csv", name="The school")
    assert [run.counts for run in _looks(site, make.AT + DAY)] == [{"updated": 2, "created": 1}]
    assert Programme.objects.count() == 3
    assert set(Programme.objects.values_list("source", flat=True)) == {school.source}
    record = Client().get(f"/api/v1/programmes/{Programme.objects.get(source_id__endswith='/c/1').slug}").json()
    assert (record["title"], record["source"]["name"]) == ({"en": "School 1"}, "The school")
    assert "from the catalogue “The school”" in Client().get(f"/programmes/{record['slug']}/").content.decode()
    Feed.objects.filter(pk=portal.pk).update(sha256="", etag="")
    runs = _looks(site, make.AT + 2 * DAY)
    assert {"same": 2} in [run.counts for run in runs]
    assert "The school" in next(run for run in runs if run.counts == {"same": 2}).report[0]["why"]
    site.files["/school.csv"] = table(course(2, "School 2", id=f"https://localhost:{site.port}/c/2"))
    runs = _looks(site, make.AT + 3 * DAY)
    assert Programme.objects.public().count() == 2
    first = Programme.objects.get(source_id=f"{other}1")
    assert (first.source, first.withdrawn_at) == (portal.source, None)


@pytest.mark.django_db
def test_a_feed_speaks_for_no_course_of_another_provider(site: Site, cast: Cast) -> None:
    """A further address on its own host proves nothing about an address that somebody else's course has."""
    theirs = "https://victim.example/c/1"
    site.files["/victim.csv"] = table(course(1, "Theirs", id=theirs))
    victim = feed(site, "/victim.csv", provider=cast.provider)
    Organisation.objects.filter(pk=cast.provider.pk).update(verified_at=make.AT)
    look(site)
    evil = Organisation.objects.create(
        name="Evil", slug="evil", is_provider=True, registered_at=make.AT, verified_at=make.AT
    )
    Feed.objects.filter(pk=victim.pk).update(url=victim.url.replace("localhost", "127.0.0.1"))
    own = f"https://localhost:{site.port}/pay"
    for path, provider, counts in (("/one.csv", None, {"same": 1}), ("/two.csv", evil, {"created": 1})):
        site.files[path] = table(course(1, "Pay here", id=theirs, homepage=own))
        other = feed(site, path, provider=provider)
        look(site, make.AT + DAY)
        assert FeedRun.objects.filter(feed=other).latest("pk").counts == counts
        kept = Programme.objects.select_related("current", "provider").get(source=victim.source)
        assert (kept.current.title, kept.provider) == ({"en": "Theirs"}, cast.provider)
        Feed.objects.filter(pk=other.pk).update(paused_at=make.AT)


def _looks(site: Site, at: datetime) -> list[FeedRun]:
    look(site, at)
    return [run for run in FeedRun.objects.filter(began_at=at).order_by("pk") if run.outcome != "same"]


@pytest.mark.django_db
def test_an_address_that_many_rows_share_identifies_none(site: Site, cast: Cast) -> None:
    site.files["/a.csv"] = table(*(course(n, id=f"a-{n}", homepage="https://uni.example/courses") for n in range(3)))
    site.files["/b.csv"] = table(*(course(n, id=f"b-{n}", homepage="https://uni.example/courses") for n in range(2)))
    feed(site, "/a.csv")
    feed(site, "/b.csv")
    look(site)
    assert Programme.objects.count() == 5


SPELLINGS = ("https://{}/c/1", "HTTPS://{}/c/1", "https://{}:443/c/1", "https://{}./c/1", "https://{}/c/1/")


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["id", "homepage"])
@pytest.mark.parametrize("led", ["by a feed", "by hand"])
def test_an_address_of_somebody_else_in_several_spellings_lists_nothing_again(
    site: Site, cast: Cast, column: str, led: str
) -> None:
    theirs = "https://victim.example/c/1"
    if led == "by hand":
        own = make.version(make.programme(cast.provider), homepage="")
        programmes.describe(
            programmes.draft_next_version(own.programme, by=cast.author, at=make.AT),
            changes={"homepage": SPELLINGS[1].format("Victim.example:443")}, by=cast.author, at=make.AT,
        )  # fmt: skip
        programmes.publish(newest_version(own.programme), by=cast.author, at=make.AT)
    else:
        site.files["/victim.csv"] = table(course(1, "Theirs", id=theirs))
        feed(site, "/victim.csv", provider=cast.provider)
        look(site)
    before = Programme.objects.count()
    addresses = [each.format("victim.example") for each in SPELLINGS]
    site.files["/evil.csv"] = table(
        *(course(n, f"Pay {n}", **{"id": f"evil-{n}", column: each}) for n, each in enumerate(addresses))
    )
    evil = feed(site, "/evil.csv")
    for day in (1, 2):
        Feed.objects.filter(pk=evil.pk).update(sha256="", etag="")
        run = look(site, make.AT + day * DAY, of=evil)
        assert run.counts == ({"same": 1, "refused": 4} if column == "id" else {"same": 5})
        assert "listed already" in run.report[0]["why"] or "Duplicate of row 2" in run.report[1]["why"]
        assert Programme.objects.count() == before


@pytest.mark.django_db
def test_what_a_file_brought_is_led_by_the_feed_on_its_host_and_by_no_other(site: Site, cast: Cast) -> None:
    host = f"localhost:{site.port}"
    ids = [f"https://{host}/c/1", f"HTTPS://{host.upper()}/c/2/", f"https://{host}/all#3"]
    rows = [course(n, id=each, **{"provider.name": "River"}) for n, each in enumerate(ids, start=1)]
    assert [each.status for each in from_a_file(rows)] == ["created"] * 3
    plain = [course(n, f"School {n}", id=each.lower().rstrip("/")) for n, each in enumerate(ids, start=1)]
    site.files["/portal.csv"] = site.files["/school.csv"] = table(*plain)
    stranger = feed(site, "/portal.csv", name="The portal")
    Feed.objects.filter(pk=stranger.pk).update(name="The portal")
    site.how = ""
    run = harvest_as(site, stranger, "127.0.0.1", make.AT)
    assert (run.counts, run.report[0]["why"]) == ({"same": 3}, "It is listed already: csv")
    school = feed(site, "/school.csv", name="The school")
    assert look(site, make.AT + DAY, of=school).counts == {"updated": 3}
    assert Programme.objects.count() == 3
    assert set(Programme.objects.values_list("source", flat=True)) == {school.source}
    again = from_a_file(rows)
    assert {(each.status, each.reason) for each in again} == {("same", "It is listed already: The school")}
    site.files["/school.csv"] = table(course(1, "Renamed", id=ids[0]), *plain[1:])
    assert look(site, make.AT + 2 * DAY, of=school).counts == {"updated": 1, "unchanged": 2}
    Feed.objects.filter(pk=stranger.pk).update(sha256="", etag="")
    assert harvest_as(site, stranger, "127.0.0.1", make.AT + 3 * DAY).counts == {"same": 3}
    assert Programme.objects.get(source_id=ids[0]).source == school.source
    site.files["/school.csv"] = table(*plain[1:])
    look(site, make.AT + 4 * DAY, of=school)
    assert Programme.objects.get(source_id=ids[0]).source == stranger.source  # it still lists it


def harvest_as(site: Site, one: Feed, host: str, at: datetime) -> FeedRun:
    """Look at a feed that stands on another host than the rest."""
    Feed.objects.filter(pk=one.pk).update(url=one.url.replace("localhost", host))
    look(site, at)
    return FeedRun.objects.filter(feed=one).latest("pk")


def from_a_file(rows: list[dict[str, str]]) -> list[programmes.Taken]:
    """Take the rows as the command does."""
    found = reader_named("csv").read(io.BytesIO(table(*rows)))
    return [programmes.take_row(row=row, form="csv", source="csv", providers={}, at=make.AT) for row in found]


@pytest.mark.django_db
def test_nothing_takes_over_what_somebody_described_or_took_over_here(site: Site, cast: Cast) -> None:
    """Not the feed on the host of the address, and no file."""
    rows = [course(n, id=f"https://localhost:{site.port}/c/{n}") for n in (1, 2)]
    from_a_file(rows[:1])
    Organisation.objects.filter(name="School of the River").update(verified_at=None)
    mine = Programme.objects.get()
    mine.provider = cast.provider
    mine.save()
    programmes.draft_next_version(mine, by=cast.author, at=make.AT)
    make.version(make.programme(cast.provider, "own"), homepage=rows[1]["id"])
    before = set(Programme.objects.values_list("pk", "source", "source_id"))
    site.files["/feed.csv"] = table(*rows)
    own = feed(site, provider=cast.provider)
    assert look(site, of=own).counts == {"same": 2}
    assert [each.status for each in from_a_file(rows)] == ["unchanged", "same"]
    assert set(Programme.objects.values_list("pk", "source", "source_id")) == before


@pytest.mark.django_db
def test_a_second_feed_of_a_stranger_proves_nothing_by_the_first(site: Site, cast: Cast) -> None:
    """What one feed says of an address of its own beside somebody else's does not make it theirs."""
    theirs = "https://victim.example/c/1"
    site.files["/victim.csv"] = table(course(1, "Theirs", id=theirs))
    victim = feed(site, "/victim.csv")
    harvest_as(site, victim, "127.0.0.1", make.AT)
    own = f"https://localhost:{site.port}/pay"
    site.files["/one.csv"] = site.files["/two.csv"] = table(course(1, "Pay here", id=theirs, homepage=own))
    for day, path in enumerate(("/one.csv", "/two.csv"), start=1):
        assert look(site, make.AT + day * DAY, of=feed(site, path)).counts == {"same": 1}
    assert Programme.objects.get().source == victim.source


@pytest.mark.django_db
def test_a_feed_that_spells_its_identifiers_otherwise_goes_on_with_the_same_programmes(site: Site, cast: Cast) -> None:
    site.files["/feed.csv"] = table(*(course(n, id=f"http://school.example/c/{n}/") for n in range(8)))
    feed(site)
    look(site)
    site.files["/feed.csv"] = table(*(course(n, id=f"https://school.example/c/{n}") for n in range(8)))
    assert look(site, make.AT + DAY).counts == {"unchanged": 8, "withdrawn": 0}
    assert Programme.objects.public().filter(source_id__startswith="https:").count() == 8


@pytest.mark.django_db
def test_nobody_speaks_for_an_organisation_of_this_site_but_itself(site: Site, cast: Cast, monkeypatch) -> None:
    site.files["/feed.csv"] = table(course(1, **{"provider.name": cast.provider.name}), course(2))
    feed(site, name="The operator's")
    run = look(site)
    assert run.counts == {"refused": 1, "created": 1}
    assert "describes its own programmes" in run.report[0]["why"]
    site.files["/own.csv"] = table(
        course(7, **{"provider.name": "Somebody Else"}), course(8, id=f"{settings.BASE_URL}/programmes/x/")
    )
    own = feed(site, "/own.csv", provider=cast.provider)
    assert look(site, make.AT + DAY, of=own).counts == {"created": 1, "ours": 1}
    assert Programme.objects.get(source_id__endswith="/7").provider == cast.provider
    assert not Organisation.objects.filter(name="Somebody Else").exists()


@pytest.mark.django_db
def test_a_row_that_cannot_be_read_is_named_and_nothing_is_withdrawn_meanwhile(site: Site, cast: Cast) -> None:
    site.files["/feed.csv"] = table(*(course(n) for n in range(5)))
    feed(site)
    look(site)
    site.files["/feed.csv"] = table(course(0), course(0), course(1), course(2, **{"provider.country": "ZZ"}))
    run = look(site, make.AT + DAY)
    assert (run.outcome, run.counts) == ("held", {"unchanged": 2, "refused": 2})
    assert [line["id"] for line in run.report] == ["https://localhost/courses/0", "https://localhost/courses/2"]
    assert len(public()) == 5


@pytest.mark.django_db
def test_a_row_that_stands_twice_is_still_known_by_its_address(site: Site, cast: Cast) -> None:
    site.files |= {"/feed.csv": table(course(1)), "/again.csv": table(course(1), course(1))}
    feed(site)
    look(site)
    again = feed(site, "/again.csv")
    assert look(site, make.AT + DAY, of=again).counts == {"same": 1, "refused": 1}


@pytest.mark.django_db
def test_a_translation_that_cannot_be_read_takes_no_others_with_it(site: Site, cast: Cast) -> None:
    good = {"uid": "learn.one", "language": "de", "title": "Eins", "provider": "School"}
    site.files["/feed.jsonl"] = json.dumps(good).encode()
    programmes.register_feed(
        name="L", url=site.address("/feed.jsonl"), format="mslearn", every=DAY, provider=None, at=make.AT
    )
    look(site)
    site.files["/feed.jsonl"] = "\n".join(json.dumps(each) for each in (good | {"title": 7}, good)).encode()
    run = look(site, make.AT + DAY)
    assert (run.counts, run.report[0]["id"]) == ({"refused": 1, "unchanged": 1}, "learn.one")


@pytest.mark.django_db
def test_most_of_a_feed_gone_at_once_waits_for_a_person(site: Site, cast: Cast, signed_in) -> None:
    site.files["/feed.csv"] = table(*(course(n) for n in range(20)))
    one = feed(site, provider=cast.provider)
    look(site)
    site.files["/feed.csv"] = table(course(1), course(2))
    assert look(site, make.AT + DAY).outcome == "held"
    assert len(public()) == 20
    manager = signed_in(cast.manager)
    assert "Withdraw what is no longer listed" in manager.get(f"/harvest/{one.pk}/").content.decode()
    assert manager.post(f"/harvest/{one.pk}/withdraw/").status_code == 302
    assert len(public()) == 2
    assert programmes.withdraw_missing(one, at=make.AT) == 0


@pytest.mark.django_db
def test_what_somebody_here_took_over_is_left_alone(site: Site, cast: Cast) -> None:
    site.files["/feed.csv"] = table(course(1), course(2))
    feed(site, provider=cast.provider)
    look(site)
    mine = Programme.objects.get(source_id__endswith="/1")
    programmes.draft_next_version(mine, by=cast.author, at=make.AT)
    site.files["/feed.csv"] = table(course(2), course(3))
    assert look(site, make.AT + DAY).counts == {"unchanged": 1, "created": 1, "withdrawn": 0}
    mine.refresh_from_db()
    assert mine.withdrawn_at is None


@pytest.mark.django_db
def test_a_worker_that_was_too_slow_stops_and_one_that_was_killed_is_followed(site: Site, cast: Cast) -> None:
    site.files["/feed.csv"] = table(course(1))
    one = feed(site)
    killed = harvest.claim_feed(at=make.AT)
    assert killed is not None
    assert harvest.claim_feed(at=make.AT) is None

    def slow(*args: Any, **kwargs: Any) -> Any:
        Feed.objects.filter(pk=one.pk).update(attempt=99)
        return site.visit(*args, **kwargs)

    assert harvest.harvest_due(at=make.AT + timedelta(hours=1), visit=slow) == 1
    assert Programme.objects.count() == 0
    assert look(site, make.AT + timedelta(hours=2)).counts == {"created": 1}
    assert FeedRun.objects.order_by("pk")[0].outcome == "failed"


@pytest.mark.django_db
def test_a_small_file_that_unpacks_to_a_huge_one_is_not_read_and_a_long_one_is_held_while_it_is(
    site: Site, cast: Cast, monkeypatch
) -> None:
    one, read = feed(site), []

    def overtaking(row: Any) -> tuple[str, ...]:
        read.append(row.source_id)
        Feed.objects.filter(pk=one.pk).update(attempt=99)
        return ()

    monkeypatch.setattr(harvest, "addresses_of", overtaking)
    site.files["/feed.csv"] = gzip.compress(table(course(1)) + b"\r\n" * 3_000_000)
    monkeypatch.setattr(harvest, "LARGEST_UNPACKED", 5_000_000)
    assert "too big: at most 5 MB after unpacking" in look(site).why
    assert read == []
    monkeypatch.setattr(harvest, "RENEWED_EVERY", 1)
    site.files["/feed.csv"] = table(course(1), course(2))
    harvest.harvest_due(at=make.AT + DAY, visit=site.visit)
    assert len(read) == 1
    assert Programme.objects.count() == 0


@pytest.mark.django_db
def test_the_bell_brings_the_next_look_forward_and_believes_nothing(site: Site, cast: Cast, client: Client) -> None:
    one, secret = programmes.register_feed(
        name="Bell", url=site.address(), format="csv", every=DAY, provider=None, at=make.AT
    )  # fmt: skip
    look(site)
    address = f"/api/v1/feeds/{one.pk}/ring"
    assert Client(enforce_csrf_checks=True).post(address).status_code == 401
    assert client.post(address, headers={"Authorization": "Bearer wrong"}).status_code == 403
    rung = client.post(
        address, data=b"x" * 500, content_type="text/plain", headers={"Authorization": f"Bearer {secret}"}
    )
    assert (rung.status_code, rung.json()) == (202, {"heard": True})
    one.refresh_from_db()
    assert one.due_at < make.AT + DAY
    site.files["/feed.csv"] = table(course(1))
    Feed.objects.filter(pk=one.pk).update(rung_at=make.AT + timedelta(seconds=9))
    look(site)  # rung while it was looked at
    one.refresh_from_db()
    assert one.due_at == make.AT + timedelta(seconds=69)
    programmes.pause_feed(one, at=make.AT)
    one.refresh_from_db()
    assert not programmes.ring(one, secret=secret, at=make.AT)
    other = programmes.new_bell(one)
    one.refresh_from_db()
    with pytest.raises(Forbidden):
        programmes.ring(one, secret=secret, at=make.AT)
    assert other != secret


@pytest.mark.django_db
def test_the_pages_of_feeds_are_for_those_who_manage_them(site: Site, cast: Cast, signed_in) -> None:
    stranger, manager, operator = (signed_in(person) for person in (cast.learner, cast.manager, cast.operator))
    assert stranger.get("/harvest/new/").status_code == 403
    facts = {"name": "Ours", "url": "https://school.example/", "format": "csv", "every": "1440"}
    facts["provider"] = cast.provider.slug
    wrong = manager.post("/harvest/new/", {**facts, "url": "http://school.example/"})
    assert (wrong.status_code, "starts with https://" in wrong.content.decode()) == (422, True)
    shown = manager.post("/harvest/new/", facts, follow=True).content.decode()
    one = Feed.objects.get()
    Feed.objects.update(url=site.address())
    assert "The secret of the bell" in shown
    assert "The secret of the bell" not in manager.get(f"/harvest/{one.pk}/").content.decode()
    site.files["/feed.csv"] = table(course(1), course(2, ects="many", id="=cmd()"))
    look(site)
    page = manager.get(f"/harvest/{one.pk}/").content.decode()
    assert "1 new, 1 refused" in page
    report = manager.get(f"/harvest/{one.pk}/report/{FeedRun.objects.get().pk}.csv")
    assert "created" in report.content.decode()
    assert "\n=cmd" not in report.content.decode()
    for path in ("", "look/", "pause/", "bell/", "withdraw/"):
        method = stranger.get if path == "" else stranger.post
        assert method(f"/harvest/{one.pk}/{path}").status_code == 403
    for path in ("pause/", "look/", "bell/"):
        assert manager.post(f"/harvest/{one.pk}/{path}").status_code == 302
    assert "Ours" in operator.get("/harvest/").content.decode()
    assert "Ours" not in stranger.get("/harvest/").content.decode()
    assert operator.get("/harvest/handed-on/").status_code == 200
    assert manager.get("/harvest/handed-on/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1:8443", "localhost", "[::1]", "169.254.1.1", "nas.local"])
def test_a_feed_inside_a_private_network_is_refused_where_it_is_typed(cast: Cast, signed_in, host: str) -> None:
    facts = {"name": "Ours", "format": "csv", "every": "1440", "provider": cast.provider.slug}
    page = signed_in(cast.manager).post("/harvest/new/", facts | {"url": f"https://{host}/feed.csv"})
    assert page.status_code == 422
    assert "leads into a private network" in page.context["form"].errors["url"][0]
    assert f'value="https://{host}/feed.csv"' in page.content.decode()
    assert not Feed.objects.exists()


@pytest.mark.django_db
def test_the_dump_of_another_site_is_a_feed_and_what_came_from_here_does_not_come_back(
    site: Site, cast: Cast, monkeypatch
) -> None:
    """Everything a description states arrives; a second way round the same programme is known again by its page."""
    here = settings.BASE_URL
    make.offering(make.version(make.programme(cast.provider), homepage="").programme)
    monkeypatch.setattr(settings, "BASE_URL", "https://other.example")
    site.files["/dump"] = dumped()
    (theirs,) = [json.loads(line) for line in gzip.decompress(site.files["/dump"]).splitlines()]
    monkeypatch.setattr(settings, "BASE_URL", here)
    Organisation.objects.filter(pk=cast.provider.pk).update(verified_at=None)
    other = programmes.register_feed(
        name="Other", url=site.address("/dump"), format="opencairn", every=DAY, provider=None, at=make.AT
    )[0]  # fmt: skip
    assert look(site).counts == {"created": 1}
    ours = Client().get(f"/api/v1/programmes/{Programme.objects.get(source=other.source).slug}").json()
    kept = set(theirs) - {"id", "slug", "url", "kind", "changed_at", "homepage", "offerings", "source"}
    kept -= {"awarding_bodies", "assessment_types"}  # a page here, and the order of the vocabulary
    assert {name: ours[name] for name in kept} == {name: theirs[name] for name in kept}
    assert ours["awarding_bodies"][0]["name"] == theirs["awarding_bodies"][0]["name"]
    assert set(ours["assessment_types"]) == set(theirs["assessment_types"])
    assert [{**run, "id": ""} for run in ours["offerings"]] == [{**run, "id": ""} for run in theirs["offerings"]]
    assert (ours["kind"], ours["homepage"]) == ("listing", theirs["url"])
    site.files["/back"] = dumped()
    programmes.register_feed(
        name="Back", url=site.address("/back"), format="opencairn", every=DAY, provider=None, at=make.AT
    )  # fmt: skip
    counts = [run.counts for run in _looks(site, make.AT + DAY)]
    assert counts == [{"ours": 2}]
    for broken in (b"{}", b"[]", b'{"url": 1}\n', site.files["/dump"][:-20], b"nonsense"):
        site.files["/back"] = broken
        assert "failed" in [run.outcome for run in _looks(site, make.AT + 2 * DAY)]


def dumped() -> bytes:
    file = io.BytesIO()
    programmes.dump(file, packed=True, at=make.AT)
    return file.getvalue()
