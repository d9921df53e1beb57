"""Searching the catalogue with the embedded engine, and SQLite's FTS5 on the same texts in the same run.

``OFFERINGS=1000000 python -m bench catalogue`` measures at another size than 20,000. The site is generated in a folder
that is deleted afterwards, or kept and used again where ``BENCH_VAR`` names one. Percentiles are of processor time, so
that a busy machine changes them little; what several processes do at once is wall clock, against one on the same cores.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
QUERIES = 200
WORDS = "water quality|data design|wound care|soil|machine learning|heat pump|project risk|food samples|digital|statistics data|Gewässer|soins|marketing analytics|Python|timber|plan budgets|Buchhaltung|customer"  # noqa: E501
FILTERS = {
    "language": [("en",), ("de",), ("fr", "es")],
    "mode": [("online",), ("blended",)],
    "level": [("5",), ("4", "5", "6")],
    "country": [("DE",), ("FR", "ES", "IT")],
    "kind": [("micro-credential",)],
    "price": [("free",), ("up-to-2000", "over-2000")],
}


def measure() -> Iterator[dict[str, Any]]:
    """Run in a process of its own: the site's settings are read once for each process."""
    with tempfile.TemporaryDirectory(prefix="opencairn-bench-") as made:
        environment = {
            **os.environ,
            "OPENCAIRN_VAR": os.environ.get("BENCH_VAR") or made,
            "OPENCAIRN_SEARCH": "bitmaps",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "opencairn.web.settings",
        }
        command = [sys.executable, "-c", "from bench.catalogue import report; report()"]
        with subprocess.Popen(command, env=environment, cwd=HERE, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            for line in running.stdout:
                name, value, unit, target, against = line.rstrip("\n").split("\t")
                met = float(value) <= float(target) if target else None
                yield {
                    "name": name, "value": float(value), "unit": unit, "target": float(target) if target else None,
                    "met": met, "against": against,
                }  # fmt: skip
        if running.returncode:
            raise SystemExit(f"bench catalogue: the measuring process failed ({running.returncode})")


def tell(name: str, value: float, unit: str, target: float | None = None, against: str = "") -> None:
    many = os.environ.get("OFFERINGS", "20000")
    print(f"catalogue.{name}\t{value:.2f}\t{unit}\t{target or ''}\t{against or f'{many} offerings'}", flush=True)


def p95(work: Callable[[Any], object], inputs: list[Any], clock: Callable[[], float] = time.process_time) -> float:
    """Return the 95th percentile of the time of a piece of work, in milliseconds."""
    took = []
    for each in inputs:
        began = clock()
        work(each)
        took.append(1000 * (clock() - began))
    return sorted(took)[int(len(took) * 0.95)]


def report() -> None:
    """Generate where nothing stands yet, file, and measure everything."""
    import django

    django.setup()
    from django.utils import timezone

    from opencairn.catalogue.backends import BACKEND, BitmapBackend
    from opencairn.programmes.models import Programme
    from opencairn.web.demo import synthetic
    from opencairn.web.readiness import prepare

    assert isinstance(BACKEND, BitmapBackend)
    many = int(os.environ.get("OFFERINGS", "20000"))
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        stdout, sys.stdout = sys.stdout, nowhere
        prepare()
        sys.stdout = stdout
    if not Programme.objects.exists():
        began = time.perf_counter()
        synthetic.generate(offerings=many, seed=1, at=timezone.now())
        tell("generate", time.perf_counter() - began, "s")
    began, processor = time.perf_counter(), time.process_time()
    BACKEND.rebuild(at=timezone.now())
    tell("rebuild", time.process_time() - processor, "s", 300 * many / 1_000_000, "processor time")
    tell("rebuild_wall", time.perf_counter() - began, "s")
    tell("index_size", sum(path.stat().st_size for path in BACKEND.folder.iterdir()) / 1e6, "MB", 700 * many / 1e6)
    searches(BACKEND)
    edit(BACKEND)
    fts5()


def asked(draw: random.Random, *, text: bool) -> Any:
    from opencairn.catalogue.backends import Criteria

    names = draw.sample(sorted(FILTERS), 3)
    words = draw.choice(WORDS.split("|")) + " " if text else ""
    return Criteria(words, {name: draw.choice(FILTERS[name]) for name in names})


def searches(engine: Any) -> None:
    from django.utils import timezone

    from opencairn.catalogue.backends import Criteria

    draw = random.Random(5)
    today = timezone.now().date()

    def find(criteria: Criteria) -> Any:
        return engine.search(criteria, day=today, first=0, last=20)

    began = time.perf_counter()
    find(Criteria())
    tell("first_search", 1000 * (time.perf_counter() - began), "ms", None, "a process that has read nothing yet")
    texts = [asked(draw, text=True) for _ in range(QUERIES)]
    alone = p95(find, texts)
    tell("text_3_filters_all_facets_p95", alone, "ms", 25)
    tell("filters_only_p95", p95(find, [asked(draw, text=False) for _ in range(QUERIES)]), "ms", 10)
    tell("everything_p95", p95(find, [Criteria(sort=sort) for sort in ("best", "price", "start", "title")] * 20), "ms")
    slips = [Criteria(word) for word in ("qualiyt ", "machien ", "statstics ", "digitall ")] * 10
    tell("one_slip_p95", p95(find, slips), "ms")
    typed = ["wat", "dat", "mach", "stat", "pro", "digi", "generated", "intro"] * 25
    tell("suggestion_p95", p95(lambda words: engine.suggest(words, most=5), typed), "ms", 2)
    tell(
        "eight_searchers",
        eight_at_once(texts) / p95(find, texts, time.perf_counter),
        "× one",
        3,
        "eight processes on these cores",
    )


def eight_at_once(texts: list[Any]) -> float:
    code = (
        "import django; django.setup()\n"
        "import random; from datetime import date; from bench import catalogue as b\n"
        "from opencairn.catalogue.backends import BACKEND\n"
        "draw = random.Random(5); asked = [b.asked(draw, text=True) for _ in range(b.QUERIES)]\n"
        "find = lambda c: BACKEND.search(c, day=date.today(), first=0, last=20)\n"
        "find(asked[0]); print('ready', flush=True); input(); print(b.p95(find, asked, b.time.perf_counter))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    for each in running:
        each.stdout.readline()
    for each in running:
        each.stdin.write("\n")
        each.stdin.flush()
    return max(float(each.communicate()[0]) for each in running)


def edit(engine: Any) -> None:
    """From a committed edit to the answer that shows it, as one page view does it."""
    from django.utils import timezone

    from opencairn.catalogue.backends import Criteria
    from opencairn.programmes.models import Programme, ProgrammeVersion

    engine.refresh(at=timezone.now(), most=300)

    def once(number: int) -> None:
        programme = Programme.objects.order_by("pk")[number]
        ProgrammeVersion.objects.filter(pk=programme.current_id).update(title={"en": f"Newword{number} course"})
        Programme.objects.filter(pk=programme.pk).update(changed_at=timezone.now())
        now = timezone.now()
        assert not engine.is_current(now.date())
        engine.refresh(at=now, most=300)
        found = engine.search(Criteria(f"newword{number} "), day=now.date(), first=0, last=20)
        assert found.programmes == [programme.pk]

    tell("edit_visible_p95", p95(once, list(range(10)), time.perf_counter) / 1000, "s", 1)
    today = timezone.now().date()
    tell("is_current_p95", p95(lambda _: engine.is_current(today), list(range(50))), "ms", None, "asked by every page")


def fts5() -> None:
    """The same words over titles and descriptions in FTS5, narrowed and counted by SQL on an ordinary table."""
    import pysqlite3

    from opencairn.programmes.models import ProgrammeVersion

    began = time.perf_counter()
    base = pysqlite3.connect(":memory:")
    base.executescript(
        "CREATE VIRTUAL TABLE texts USING fts5(title, body, content='', tokenize='unicode61 remove_diacritics 2');"
        "CREATE TABLE facts (id INTEGER PRIMARY KEY, language, mode, level, country, kind, field, quality);"
    )
    rows = ProgrammeVersion.objects.values_list(
        "pk", "title", "description", "languages", "participation", "eqf_level", "programme__provider__country",
        "published_as", "field_code", "quality_assurance",
    )  # fmt: skip
    for pk, title, description, languages, *facts in rows.iterator():
        texts = (pk, " ".join(title.values()), " ".join(description.values()))
        base.execute("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", texts)
        base.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (pk, languages[0], *facts))
    tell("fts5_build", time.perf_counter() - began, "s", None, "SQLite FTS5 in memory: less text, no stems")

    def find(criteria: Any) -> None:
        words = " AND ".join(f'"{word}"' for word in criteria.q.split())
        columns = {"language", "mode", "level", "country", "kind"}
        chosen = {name: codes for name, codes in criteria.chosen.items() if name in columns}

        def where(but: str = "") -> tuple[str, list[str]]:
            parts, values = ["id IN (SELECT texts.rowid FROM texts WHERE texts MATCH ?)"], [words]
            for name, codes in chosen.items():
                if name != but:
                    parts.append(f"{name} IN ({','.join('?' * len(codes))})")
                    values += codes
            return " AND ".join(parts), values

        sure, values = where()
        base.execute(
            f"SELECT id FROM facts JOIN texts ON texts.rowid = id WHERE texts MATCH ? AND {sure} ORDER BY rank LIMIT 9",
            [words, *values],
        ).fetchall()
        for column in ("language", "mode", "level", "country", "kind", "field", "quality"):
            sure, values = where(column)
            base.execute(f"SELECT {column}, count(*) FROM facts WHERE {sure} GROUP BY {column}", values).fetchall()

    draw = random.Random(5)
    texts = [asked(draw, text=True) for _ in range(QUERIES)]
    tell("fts5_text_filters_7_facets_p95", p95(find, texts), "ms", None, "SQLite FTS5 in memory, 7 facets of 10")
