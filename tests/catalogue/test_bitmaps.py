"""The embedded engine answers as the SQL engine does, and no kill, deletion or second process takes anything from it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opencairn.catalogue.backends import SORTS, BitmapBackend, Criteria, Found, SqlBackend, bitmaps
from opencairn.catalogue.backends.bitmaps import orders, snapshot, store, writer
from opencairn.people import actions as people
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme, ProgrammeVersion
from opencairn.quality.models import Decision
from opencairn.web.demo import world
from opencairn.web.demo.cast import Cast
from tests import make

from .test_search import CHOSEN, OFFER, fill, publish

pytestmark = pytest.mark.django_db
QUERIES = st.sampled_from(["", "water", "wat", "soil water", "zebra", "watre", "nursing d", "tarntal wa"])


@pytest.fixture
def index(tmp_path: Path) -> BitmapBackend:
    return BitmapBackend(tmp_path / "index")


def ask(backend: Any, q: str = "", *, day: date = make.TODAY, sort: str = "best", **chosen: tuple[str, ...]) -> Found:
    return backend.search(Criteria(q, chosen, sort), day=day, first=0, last=1000)


def plain(found: Found) -> tuple[Any, ...]:
    counts = {name: {code: n for code, n in codes.items() if n} for name, codes in found.counts.items()}
    return found.programmes, found.total, {name: codes for name, codes in counts.items() if codes}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    offers=st.lists(OFFER, max_size=8),
    later=st.lists(OFFER, max_size=3),
    chosen=CHOSEN,
    q=QUERIES,
    sort=st.sampled_from(SORTS),
    page=st.tuples(st.integers(0, 4), st.integers(1, 5)),
)
def test_both_engines_give_the_same_hits_in_the_same_order_totals_and_counts(  # noqa: PLR0917 - hypothesis draws them
    cast: Cast, index: BitmapBackend, offers: Any, later: Any, chosen: Any, q: str, sort: str, page: tuple[int, int]
) -> None:
    sql = SqlBackend()
    fill(cast, offers)
    index.rebuild(at=make.AT)
    fill(cast, [*offers, *later])  # everything is filed again, a part of it for the first time
    index.refresh(at=make.AT)
    sql.rebuild(at=make.AT)
    for first, last in ((0, 100), (page[0], sum(page))):
        theirs, ours = (
            each.search(Criteria(q, chosen, sort), day=make.TODAY, first=first, last=last) for each in (sql, index)
        )
        if ours.relaxed:  # the SQL engine knows no answer where none has every word
            assert theirs.total == 0
        else:
            assert plain(ours) == plain(theirs)


def test_both_engines_agree_about_the_demo_world(cast: Cast, index: BitmapBackend) -> None:
    world.load(cast, at=make.AT)
    for one in (index, SqlBackend()):
        one.rebuild(at=make.AT)
    draw = random.Random(4)
    words = [
        "water",
        "data",
        "gewässer",
        "soins",
        "care",
        "digital",
        "pflege",
        "energía",
        "qualité",
        "sensors",
        "w",
        "bau",
    ]
    everything = ask(SqlBackend())
    for _ in range(60):
        q = " ".join(draw.sample(words, draw.choice([0, 1, 1, 2])))
        names = draw.sample(sorted(everything.counts), 2)
        chosen = {name: tuple(draw.sample(sorted(everything.counts[name]), 1)) for name in names}
        sort = draw.choice(SORTS)
        ours, theirs = ask(index, q, sort=sort, **chosen), ask(SqlBackend(), q, sort=sort, **chosen)
        assert ours.relaxed or plain(ours) == plain(theirs), (q, chosen)


def test_where_nothing_has_every_word_the_most_telling_count(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Welding of pipes")
    publish(cast.provider, "b", "Course on pipes")
    publish(cast.provider, "c", "Course on soil")
    index.refresh(at=make.AT)
    assert [ask(index, q).relaxed for q in ("pipes course ", "welding soil ", "zebra ")] == [False, True, False]
    found = ask(index, "welding zebra course ")
    titles = {each.pk: each.slug for each in Programme.objects.all()}
    assert (found.relaxed, titles[found.programmes[0]]) == (True, "a")
    assert ask(index, "zebra gnu ").total == 0
    assert not ask(index, "welding pipes ").relaxed


def test_a_word_that_nobody_filed_is_guessed_at(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Photovoltaics, robotics and cyber security; how to sew")
    index.refresh(at=make.AT)
    asked = ("fotovoltaica ", "robotika ", "sewing ", "securityleute ", "xylophone ", "c3po ")
    assert [ask(index, q).total for q in asked] == [1, 1, 1, 1, 0, 0]
    assert [ask(index, q).guessed for q in asked] == [*((q.strip(),) for q in asked[:4]), (), ()]
    assert ask(index, "sew robotic ").guessed == ()


def test_many_codes_are_counted_as_few_are(cast: Cast, index: BitmapBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    world.load(cast, at=make.AT)
    for one in (index, SqlBackend()):
        one.rebuild(at=make.AT)
    few = ask(index, "water").counts
    monkeypatch.setattr(snapshot, "MANY_CODES", 1)
    reader = BitmapBackend(index.folder)
    assert reader._snapshot().base.columns  # type: ignore[union-attr]
    assert plain(ask(reader, "water"))[2] == plain(Found([], 0, few))[2]
    programme = Programme.objects.filter(pk__in=ask(reader, "water").programmes).first()
    assert programme is not None
    Programme.objects.filter(pk=programme.pk).update(changed_at=make.AT + timedelta(seconds=1))
    index.refresh(at=make.AT)
    assert plain(ask(reader, "water"))[2] == plain(ask(SqlBackend(), "water"))[2]


def test_a_programme_withdrawn_while_the_index_is_made_leaves_no_trace(cast: Cast, index: BitmapBackend) -> None:
    first, last = publish(cast.provider, "a", "Alpha"), publish(cast.provider, "b", "Beta")
    index.folder.mkdir()
    assert writer.make(index.folder, make.AT, [first.pk, UUID(int=1), last.pk, UUID(int=2)]) == 2
    assert ask(index).programmes == [first.pk, last.pk]
    publish(cast.provider, "c", "Gamma")
    index.refresh(at=make.AT, most=300)
    assert (ask(index).total, ask(index, "gamma").total) == (3, 1)


def test_another_process_knows_what_is_settled(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Alpha")
    index.refresh(at=make.AT)
    assert BitmapBackend(index.folder).is_current(make.TODAY)
    programme = publish(cast.provider, "b", "Beta")
    Programme.objects.filter(pk=programme.pk).update(changed_at=make.AT + timedelta(seconds=9))
    other = BitmapBackend(index.folder)
    assert not other.is_current(make.TODAY)
    assert other.refresh(at=make.AT, most=300) == 1
    assert index.is_current(make.TODAY)


def test_the_index_follows_changes_withdrawals_lapsed_dates_and_closed_providers(
    cast: Cast, index: BitmapBackend
) -> None:
    first, second = publish(cast.provider, "a", "First title"), publish(cast.provider, "b", "Other")
    offering = make.offering(first, starts_on=date(2026, 3, 10), ends_on=None)
    assert not index.is_current(make.TODAY)
    assert index.refresh(at=make.AT) == 2
    assert index.is_current(make.TODAY)
    assert index.refresh(at=make.AT, most=300) == 0
    assert not index.is_current(offering.starts_on + timedelta(days=1))
    assert index.refresh(at=make.AT + timedelta(days=30), most=300) == 1
    ProgrammeVersion.objects.filter(programme=first).update(title={"en": "Second title"})
    Programme.objects.filter(pk=first.pk).update(changed_at=make.AT + timedelta(seconds=1))
    assert not index.is_current(make.TODAY)
    assert index.refresh(at=make.AT, most=300) == 1
    assert (ask(index, "second").programmes, ask(index, "first").total) == ([first.pk], 0)
    Programme.objects.filter(pk=second.pk).update(withdrawn_at=make.AT, changed_at=make.AT + timedelta(seconds=2))
    index.refresh(at=make.AT, most=300)
    assert ask(index).programmes == [first.pk]
    people.close_organisation(cast.provider, at=make.AT)
    assert not index.is_current(make.TODAY)
    index.refresh(at=make.AT, most=300)
    assert ask(index).total == 0


@pytest.mark.parametrize("of", [lambda index: index, lambda _: SqlBackend()], ids=["bitmaps", "sql"])
def test_what_may_be_started_any_day_is_found_so_until_the_last_day_to_enrol(
    cast: Cast, index: BitmapBackend, of: Any
) -> None:
    engine = of(index)
    programme = publish(cast.provider, "a", "Alpha")
    last = make.TODAY + timedelta(days=9)
    make.offering(programme, starts_on=None, ends_on=None, enrol_until=last)
    make.offering(programme, starts_on=last + timedelta(days=60), ends_on=None)
    engine.refresh(at=make.AT)
    assert ask(engine, start=("any-day",)).total == 1
    assert engine.is_current(last)
    assert not engine.is_current(last + timedelta(days=1))
    assert engine.refresh(at=make.AT + timedelta(days=10)) == 1
    assert ask(engine, start=("any-day",)).total == 0
    assert engine.is_current(last + timedelta(days=1))


@pytest.mark.parametrize("of", [lambda index: index, lambda _: SqlBackend()], ids=["bitmaps", "sql"])
def test_a_provider_that_moved_is_found_where_it_is_now(cast: Cast, index: BitmapBackend, of: Any) -> None:
    engine = of(index)
    publish(cast.provider, "a", "Alpha")
    other = Organisation.objects.create(slug="else", name="Else", is_provider=True, registered_at=make.AT)
    publish(other, "b", "Beta")
    engine.refresh(at=make.AT)
    for changes, country, region in (
        ({"country": "PT", "locality": "Porto"}, "PT", "PT:Porto"),
        ({"locality": ""}, "PT", "PT:"),
    ):
        people.edit_organisation(cast.provider, changes=changes)
        assert engine.refresh(at=make.AT) == 1
        assert ask(engine, country=(country,)).total == 1
        assert ask(engine, region=(region,)).total == bool(changes["locality"])
        assert engine.refresh(at=make.AT) == 0
        assert engine.is_current(make.TODAY)
    people.edit_organisation(cast.provider, changes={"description": {"en": "Old."}})
    assert engine.refresh(at=make.AT) == 0


def test_an_awarding_body_that_moved_or_is_called_otherwise_is_found_as_it_is_now(
    cast: Cast, index: BitmapBackend
) -> None:
    body = Organisation.objects.create(
        slug="body", name="Chamber", country="PT", is_provider=True, registered_at=make.AT
    )
    Organisation.objects.filter(pk=cast.provider.pk).update(country="DE")
    publish(cast.provider, "a", "Alpha", national_level="QNQ 5", awarding_body=body)
    publish(cast.provider, "b", "Beta")
    index.refresh(at=make.AT)
    assert ask(index, national=("pt-qnq:QNQ 5",)).total == 1
    Organisation.objects.filter(pk=body.pk).update(country="IT", name="Guild")
    assert index.refresh(at=make.AT) == 1
    assert ask(index, national=("pt-qnq:QNQ 5",)).total == 0
    assert (ask(index, national=("it-qnq:QNQ 5",)).total, ask(index, "guild").total) == (1, 1)
    assert index.refresh(at=make.AT) == 0


def test_a_back_dated_change_is_found_by_the_next_full_refresh(cast: Cast, index: BitmapBackend) -> None:
    programme = publish(cast.provider, "a", "Alpha")
    index.refresh(at=make.AT)
    Programme.objects.filter(pk=programme.pk).update(changed_at=make.AT - timedelta(days=400), withdrawn_at=make.AT)
    assert index.refresh(at=make.AT) == 1
    assert ask(index).total == 0


def test_a_long_word_with_one_slip_finds_what_was_meant_and_a_word_that_is_filed_is_no_slip(
    cast: Cast, index: BitmapBackend
) -> None:
    publish(cast.provider, "a", "Water quality")
    publish(cast.provider, "b", "Later")
    index.refresh(at=make.AT)
    assert [ask(index, q).total for q in ("watre ", "wtaer", "qualiti ", "wat3r", "water")] == [1, 1, 1, 0, 1]


def test_one_call_files_the_latest_changes_first_and_the_rest_later(
    cast: Cast, index: BitmapBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmaps, "MOST_WHOLE", 2)
    for number in range(3):
        programme = publish(cast.provider, f"p{number}", f"Course {number}")
        Programme.objects.filter(pk=programme.pk).update(changed_at=make.AT + timedelta(minutes=number))
    assert index.refresh(at=make.AT, most=2) == 2
    assert sorted(Programme.objects.get(pk=pk).slug for pk in ask(index).programmes) == ["p1", "p2"]
    assert not index.is_current(make.TODAY)
    assert index.refresh(at=make.AT, most=2) == 1
    assert index.is_current(make.TODAY)


def test_deleting_the_folder_loses_nothing(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Alpha")
    index.refresh(at=make.AT)
    shutil.rmtree(index.folder)
    assert ask(index).total == 0
    assert not index.is_current(make.TODAY)
    index.refresh(at=make.AT, most=300)
    assert ask(index).total == 1


def test_a_folder_made_anew_elsewhere_is_read_anew(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Welding")
    index.rebuild(at=make.AT)
    assert ask(index).total == 1
    shutil.rmtree(index.folder)
    publish(cast.provider, "b", "Soldering")
    BitmapBackend(index.folder).rebuild(at=make.AT)
    assert (ask(index).total, ask(index, "soldering ").total) == (2, 1)


def _noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_noise, _cut, _emptied])
@pytest.mark.parametrize("is_open", [False, True], ids=["new-process", "open"])
@pytest.mark.parametrize("damages", ["file", "note"])
def test_a_damaged_file_is_given_up_and_made_anew(
    cast: Cast, index: BitmapBackend, damage: Callable[[Path], None], damages: str, *, is_open: bool
) -> None:
    for number in range(60):
        publish(cast.provider, f"a{number}", f"Welding {number}")
    index.rebuild(at=make.AT)
    if is_open:
        assert ask(index, "welding ").total == 60
    for path in [*index.folder.glob("*.sqlite3")] if damages == "file" else [index.folder / store.NOTE]:
        damage(path)
    reader = index if is_open else BitmapBackend(index.folder)
    assert ask(reader, "welding ").total in {0, 60}  # whatever was not read yet is not missed
    assert [each.words for each in reader.suggest("weldi", most=1)] in ([], ["Welding 0"])
    reader.refresh(at=make.AT)
    assert (reader.is_current(make.TODAY), ask(reader, "welding ").total, len(ask(reader).programmes)) == (True, 60, 60)


def test_a_file_of_another_format_is_made_anew(
    cast: Cast, index: BitmapBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(cast.provider, "a", "Alpha")
    index.refresh(at=make.AT)
    monkeypatch.setattr(store, "FORMAT", store.FORMAT + 1)
    reader = BitmapBackend(index.folder)
    assert ask(reader).total == 0
    assert reader.refresh(at=make.AT) == 1


def test_a_second_reader_sees_what_another_wrote_and_what_it_made_anew(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Alpha")
    index.refresh(at=make.AT)
    reader = BitmapBackend(index.folder)
    assert ask(reader).total == 1
    publish(cast.provider, "b", "Beta")
    index.refresh(at=make.AT)
    assert ask(reader).total == 2
    publish(cast.provider, "c", "Gamma")
    index.rebuild(at=make.AT)
    assert ask(reader, sort="title").total == 3
    assert len(list(index.folder.glob("*.sqlite3"))) == 1


def test_only_one_writes_at_a_time(cast: Cast, index: BitmapBackend) -> None:
    publish(cast.provider, "a", "Alpha")
    with store.writing(index.folder) as mine:
        assert mine
        assert index.refresh(at=make.AT) == index.rebuild(at=make.AT) == 0
    assert index.refresh(at=make.AT) == 1


def test_orders_are_those_of_looking_at_every_key(cast: Cast, index: BitmapBackend) -> None:
    draw = random.Random(1)
    for number in range(40):
        programme = publish(
            cast.provider, f"p{number}", draw.choice("abc") * draw.randint(1, 4), hours=draw.choice([None, 5, 9])
        )
        if number == 25:
            index.rebuild(at=make.AT)
        make.offering(
            programme,
            price=draw.choice([None, 0, 7]),
            starts_on=draw.choice([None, date(2026, 5, draw.randint(1, 3))]),
            ends_on=None,
        )
    index.refresh(at=make.AT)
    rows = [
        (orders.read(row[0])[0], row[1])
        for row in store.connect(store.current(index.folder) or Path()).execute(
            "SELECT facts, programme FROM doc WHERE gone IS NULL"
        )
    ]
    for sort in ("start", "work", "price", "title"):
        expected = [pk for _, pk in sorted(rows, key=lambda row: orders.key(sort, *row))]
        assert [pk.bytes for pk in ask(index, sort=sort).programmes] == expected, sort
        narrow = index.search(Criteria("", {}, sort), day=make.TODAY, first=7, last=9)
        assert [pk.bytes for pk in narrow.programmes] == expected[7:9]


def test_what_is_accredited_is_asked_of_the_register_again_when_it_changes(cast: Cast, index: BitmapBackend) -> None:
    programme = publish(cast.provider, "a", "Alpha")
    index.refresh(at=make.AT)
    assert ask(index, quality=("accredited",)).total == 0
    make.decision(programme, cast.quality_body)
    assert ask(index, quality=("accredited",)).total == 1
    assert ask(index, quality=("accredited",), day=date(2040, 1, 1)).total == 0
    Decision.objects.all().delete()
    assert ask(index, quality=("accredited",)).total == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_filed_before_it_is_committed(index: BitmapBackend) -> None:
    provider = Organisation.objects.create(slug="p", name="P", country="DE", is_provider=True, registered_at=make.AT)
    with transaction.atomic():
        publish(provider, "a", "Alpha")
        assert index.refresh(at=make.AT) == index.rebuild(at=make.AT) == 0
        transaction.set_rollback(True)
    assert ask(index).total == 0
    with transaction.atomic():
        publish(provider, "a", "Alpha")
        index.rebuild(at=make.AT)
    assert ask(index).total == 1


def test_readers_in_threads_get_whole_answers_while_somebody_writes(cast: Cast, index: BitmapBackend) -> None:
    for number in range(30):
        publish(cast.provider, f"p{number}", "Water course")
    index.refresh(at=make.AT)
    now = index._snapshot()
    assert now is not None
    answers: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            snapshot = index._snapshot()
            assert snapshot is not None
            answers.append(len(snapshot.first("title", snapshot.alive, 0, 100)))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        index.rebuild(at=make.AT)
        Programme.objects.update(changed_at=make.AT + timedelta(seconds=1))
        index.refresh(at=make.AT)
        Programme.objects.update(changed_at=make.AT)
        index.refresh(at=make.AT)
    stop.set()
    for reader in readers:
        reader.join()
    assert set(answers) == {30}


KILLED = """
import os, sys
from pathlib import Path
import django
django.setup()
from opencairn.catalogue.backends import BitmapBackend
from opencairn.programmes.models import Programme
from django.utils import timezone
from opencairn.catalogue.backends.bitmaps import aside
aside.WORTH_A_HELPER, aside.processors = 100, lambda: 2
index = BitmapBackend(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    index.rebuild(at=timezone.now())
    Programme.objects.update(changed_at=timezone.now())
    index.refresh(at=timezone.now())
"""


COMPARED = """
import django
django.setup()
from pathlib import Path
from django.utils import timezone
from opencairn.catalogue.backends import BitmapBackend, Criteria, SqlBackend
from opencairn.catalogue.backends.bitmaps import aside
aside.WORTH_A_HELPER, aside.processors = 100, lambda: 2
index, sql, at = BitmapBackend(Path({folder!r})), SqlBackend(), timezone.now()
index.refresh(at=at)
sql.refresh(at=at)


def answers(engine, words, sort):
    found = engine.search(Criteria(words, {{"language": ("en", "de")}}, sort), day=at.date(), first=0, last=50)
    return found.programmes, found.total, {{name: dict(codes) for name, codes in found.counts.items() if codes}}


for again in (False, True):
    if again:
        index.rebuild(at=at)  # by two processes
    for words in ("", "water", "data", "wound"):
        for sort in ("best", "price", "start"):
            assert answers(index, words, sort) == answers(sql, words, sort), (again, words, sort)
"""


def test_killing_the_indexer_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "OPENCAIRN_VAR": str(tmp_path / "var"),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "opencairn.web.settings",
    }

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "opencairn.web.cli", *words]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    run("prepare")
    run("generate", "--offerings", "300", "--seed", "1")
    index = BitmapBackend(tmp_path / "index")
    draw = random.Random(7)
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(index.folder)], env=environment, stdout=subprocess.PIPE
        ) as indexer:
            assert indexer.stdout is not None
            indexer.stdout.readline()
            time.sleep(draw.uniform(0.05, 1.5))
            indexer.send_signal(signal.SIGKILL)
        found = ask(index)
        assert found.total in {0, 300}  # 0 where the very first index was not finished
        with store.writing(index.folder) as mine:
            assert mine
    code = COMPARED.format(folder=str(index.folder))
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert ask(index).total == 300
    assert [path.name for path in index.folder.iterdir() if "part" in path.name] == []
