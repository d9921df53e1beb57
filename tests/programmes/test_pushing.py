"""Handing changes on: to a receiver that loses answers, and by a bell to a site that harvests."""

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from opencairn.kit.fetch import send
from opencairn.programmes import actions as programmes
from opencairn.programmes import records
from opencairn.programmes.models import Delivery, Revision
from opencairn.web.certificates import ours
from opencairn.web.demo.cast import Cast
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Register:
    """A higher register: keeps what it is sent once for each key, and loses its answer when it is told to."""

    def __init__(self, folder: Any) -> None:
        self.parcels: dict[str, bytes] = {}
        self.headers: list[Any] = []
        self.asked, self.answer = 0, "well"
        files = ours(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Taking, self))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.send = partial(
            send, resolve=lambda host, port: ["127.0.0.1"], may_visit=lambda address: True, within=5.0,
            tls=ssl.create_default_context(cafile=str(files.certificate)),
        )  # fmt: skip

    def holds(self) -> dict[str, Any]:
        """The state that a register has from replaying what it was sent."""
        mine: dict[str, Any] = {}
        for line in b"".join(self.parcels.values()).splitlines():
            each = json.loads(line)
            mine[each["id"]] = each["programme"]
        return {key: each for key, each in mine.items() if each}


class Taking(BaseHTTPRequestHandler):
    """Takes a parcel."""

    def __init__(self, register: Register, *args: Any) -> None:
        self.register = register
        super().__init__(*args)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.register.asked += 1
        if self.register.answer == "refuses":
            self.send_error(503)
            return
        self.register.headers.append(self.headers)
        self.register.parcels.setdefault(self.headers["Idempotency-Key"], body)
        if self.register.answer == "is lost":
            self.connection.close()
            return
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def register(tmp_path, monkeypatch) -> Iterator[Register]:
    made = Register(tmp_path)
    monkeypatch.setattr(settings, "PUSH_URL", f"https://localhost:{made.server.server_port}/in")
    monkeypatch.setattr(settings, "PUSH_FORMAT", "changes")
    monkeypatch.setattr(settings, "PUSH_TOKEN", "letmein")
    monkeypatch.setattr(settings, "VAR", tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


def present() -> dict[str, Any]:
    return {each["id"]: each for each in records.everything()}


def test_every_change_arrives_once_and_in_order_whatever_gets_lost(register: Register, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("opencairn.programmes.actions.pushing.A_PARCEL", 2)
    made = []
    for n in range(5):
        made.append(make.programme(cast.provider, f"course-{n}"))
        make.version(made[-1])
    assert programmes.push_due(at=make.AT, send=register.send) == 3
    assert register.holds() == present()
    assert register.headers[0]["Authorization"] == "Bearer letmein"
    assert programmes.push_due(at=make.AT, send=register.send) == 0

    programmes.withdraw(made[0], reason="Over.", by=None, at=make.AT)
    register.answer = "is lost"
    assert programmes.push_due(at=make.AT + HOUR, send=register.send) == 0
    delivery = Delivery.objects.get()
    assert (delivery.failures, delivery.due_at) == (1, make.AT + HOUR + timedelta(minutes=15))
    asked = register.asked
    assert programmes.push_due(at=make.AT + HOUR, send=register.send) == 0
    assert register.asked == asked
    register.answer = "refuses"
    programmes.push_due(at=make.AT + 2 * HOUR, send=register.send)
    assert "503" in Delivery.objects.get().error
    register.answer = "well"
    programmes.plan_offering(made[1], by=None, at=make.AT + HOUR)
    keys = set(register.parcels)
    assert programmes.push_due(at=make.AT + 3 * HOUR, send=register.send) == 2
    assert len(set(register.parcels) - keys) == 1
    assert register.holds() == present()
    assert Delivery.objects.get().failures == 0

    Revision.objects.update(series="restored")
    programmes.push_due(at=make.AT + 4 * HOUR, send=register.send)
    assert register.holds() == present()


def test_a_worker_that_was_too_slow_stops_and_takes_nothing_back(register: Register, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("opencairn.programmes.actions.pushing.A_PARCEL", 1)
    for n in range(3):
        make.version(make.programme(cast.provider, f"course-{n}"))
    later, rounds = make.AT + timedelta(minutes=11), []

    def slow(*args: Any, **kwargs: Any) -> Any:
        rounds.append(programmes.push_due(at=later, send=register.send))  # the claim is over: another worker goes on
        return register.send(*args, **kwargs)

    assert programmes.push_due(at=make.AT, send=slow) == 0
    assert rounds == [3]
    reached = records.changes(after=0, most=9)[-1][0].number
    delivery = Delivery.objects.get()
    assert (delivery.reached, delivery.due_at) == (reached, later)
    assert len(register.parcels) == 3  # the late one has the key of one that is there

    make.version(make.programme(cast.provider, "fourth"))
    make.version(make.programme(cast.provider, "fifth"))
    clock = iter(range(0, 6_000, 540))  # nine minutes a parcel: each acknowledgement holds it for ten more
    monkeypatch.setattr("opencairn.programmes.actions.pushing.time", SimpleNamespace(monotonic=lambda: next(clock)))
    seen = []

    def watched(*args: Any, **kwargs: Any) -> Any:
        seen.append(Delivery.objects.get().due_at)
        return register.send(*args, **kwargs)

    assert programmes.push_due(at=later, send=watched) == 2
    assert seen == [later + timedelta(minutes=10), later + timedelta(minutes=19)]


def test_a_document_of_a_format_goes_with_each_change(register: Register, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(settings, "PUSH_FORMAT", "schema-org")
    make.version(make.programme(cast.provider))
    assert programmes.push_due(at=make.AT, send=register.send) == 1
    line = json.loads(next(iter(register.parcels.values())))
    assert line["media_type"].startswith("application/ld+json")
    assert "Water quality" in line["document"]


def test_the_bell_of_another_site_rings(register: Register, cast: Cast, client: Client, monkeypatch) -> None:
    """Both ends are ours: what the one sends, the door of the other takes, and believes nothing of it."""
    feed, secret = programmes.register_feed(
        name="Downstream", url="https://downstream.example/api/v1/dump", format="csv", every=timedelta(days=1),
        provider=None, at=make.AT,
    )  # fmt: skip
    monkeypatch.setattr(settings, "PUSH_FORMAT", "bell")
    monkeypatch.setattr(settings, "PUSH_TOKEN", secret)
    make.version(make.programme(cast.provider))
    make.version(make.programme(cast.provider, "second"))
    assert programmes.push_due(at=make.AT, send=register.send) == 0
    programmes.write_dump(at=make.AT)
    assert programmes.push_due(at=make.AT, send=register.send) == 1
    (body,) = register.parcels.values()
    assert json.loads(body)["changes"] == f"{settings.BASE_URL}/api/v1/changes"
    headers = {"Authorization": register.headers[0]["Authorization"]}
    rung = client.post(f"/api/v1/feeds/{feed.pk}/ring", body, content_type="application/json", headers=headers)
    assert rung.status_code == 202
    assert programmes.push_due(at=make.AT + HOUR, send=register.send) == 0


def test_nothing_is_sent_where_no_register_is_set(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(settings, "PUSH_URL", "")
    make.version(make.programme(cast.provider))
    assert programmes.push_due(at=make.AT, send=None) == 0
    assert not Delivery.objects.exists()


def test_what_a_format_leaves_out_is_said_with_its_reason(register: Register, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(settings, "PUSH_FORMAT", "elm")
    make.version(make.programme(cast.provider), languages=[])
    make.version(make.programme(cast.provider, "second"))
    assert programmes.push_due(at=make.AT, send=register.send) == 1
    lines = map(json.loads, next(iter(register.parcels.values())).splitlines())
    short, whole = sorted(lines, key=lambda line: line["left_out"] is None)
    assert (short["programme"], short["document"]) == (None, None)
    assert short["left_out"] == "The European Learning Model demands the languages of teaching."
    assert "/programmes/second/" in whole["document"]
    assert whole["left_out"] is None


def test_a_parcel_in_another_format_is_another_parcel(register: Register, cast: Cast, monkeypatch) -> None:
    make.version(make.programme(cast.provider))
    register.answer = "is lost"
    programmes.push_due(at=make.AT, send=register.send)
    register.answer = "well"
    monkeypatch.setattr(settings, "PUSH_FORMAT", "schema-org")
    assert programmes.push_due(at=make.AT + HOUR, send=register.send) == 1
    assert len(register.parcels) == 2


@pytest.mark.parametrize(
    ("url", "form", "said"),
    [
        ("ftp://x", "bell", "OPENCAIRN_PUSH_URL"),
        ("https://", "bell", "OPENCAIRN_PUSH_URL"),
        ("https://me:word@register.example/", "bell", "OPENCAIRN_PUSH_URL"),
        ("https://register.example/", "foo", "OPENCAIRN_PUSH_FORMAT has to be one of bell, changes, .*elm"),
        ("", "foo", "OPENCAIRN_PUSH_FORMAT"),
    ],
)
def test_a_wrong_setting_stops_the_start(url: str, form: str, said: str, monkeypatch) -> None:
    monkeypatch.setattr(settings, "PUSH_URL", url)
    monkeypatch.setattr(settings, "PUSH_FORMAT", form)
    with pytest.raises(programmes.WrongPush, match=said):
        programmes.check_push()


def test_a_right_setting_and_none_are_fine(register: Register, monkeypatch) -> None:
    programmes.check_push()
    monkeypatch.setattr(settings, "PUSH_URL", "")
    programmes.check_push()
