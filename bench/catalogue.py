"""Searching the catalogue with the embedded engine, and FTS5 and PostgreSQL on the same texts in the same run.

``OFFERINGS=1000000 python -m bench catalogue`` measures at another size than 20,000. The site is generated in a folder
that is deleted afterwards, or kept and used again where ``BENCH_VAR`` names one. Percentiles are of processor time, so
that a busy machine changes them little; what several processes do at once is wall clock, against one on the same cores.
"""

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import catalogue_peers, judged

HERE = Path(__file__).parent.parent
QUERIES = 200
SMALL = "20000"
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
    """Measure at 20,000, then at OFFERINGS where that is more, and what growing cost.

    Each in a process of its own: the site's settings are read once for each process.
    """
    many = os.environ.get("OFFERINGS", SMALL)
    found: dict[str, list[float]] = {}
    for size in dict.fromkeys((SMALL, many)):
        kept = os.environ.get("BENCH_VAR", "") if size == many else ""
        for line in _measure(size, kept, quick=size != many):
            found.setdefault(line["name"], []).append(line["value"])
            yield line
    for name, values in found.items():
        if len(values) == 2 and name.endswith(("facets_p95", "only_p95")) and name.startswith("catalogue."):
            ratio = values[1] / values[0]
            told = f"p95 at {many} beside that at {SMALL}"
            yield {
                "name": f"{name}_growth",
                "value": ratio,
                "unit": "×",
                "target": 6,
                "met": ratio <= 6,
                "against": told,
            }


def _measure(size: str, kept: str, *, quick: bool) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="opencairn-bench-") as made:
        environment = {
            **os.environ,
            "OPENCAIRN_VAR": kept or made,
            "OFFERINGS": size,
            "OPENCAIRN_SEARCH": "bitmaps",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "opencairn.web.settings",
        }
        command = [sys.executable, "-c", "from bench.catalogue import report; report()", *(["quick"] if quick else [])]
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
    print(
        f"catalogue.{name}\t{value:.2f}\t{unit}\t{'' if target is None else target}\t{against or f'{many} offerings'}",
        flush=True,
    )


def p95(work: Callable[[Any], object], inputs: list[Any], clock: Callable[[], float] = time.process_time) -> float:
    """Return the 95th percentile of the time of a piece of work, in milliseconds."""
    took = []
    for each in inputs:
        began = clock()
        work(each)
        took.append(1000 * (clock() - began))
    return at_95(took)


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
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        prepare(filing=False)  # the rebuild that is measured below files everything, once
    if not Programme.objects.exists():
        began = time.perf_counter()
        synthetic.generate(offerings=many, seed=1, at=timezone.now())
        tell("generate", time.perf_counter() - began, "s")
    began, processor = time.perf_counter(), time.process_time()
    BACKEND.rebuild(at=timezone.now())
    wall, took = time.perf_counter() - began, time.process_time() - processor
    tell("rebuild", wall, "s", 300 * many / 1_000_000, "wall clock: helpers file in processes of their own")
    tell("rebuild_processor", took, "s", None, "processor time of the writer alone, without its helpers")
    tell("index_size", sum(path.stat().st_size for path in BACKEND.folder.iterdir()) / 1e6, "MB", 700 * many / 1e6)
    searches(BACKEND)
    edit(BACKEND)
    inputs = catalogue_peers.draws(asked, QUERIES)
    first_bytes(inputs)
    if "quick" in sys.argv:
        return
    catalogue_peers.fts5(tell, inputs, p95)
    catalogue_peers.postgres(tell, inputs, p95)
    quality()


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
    narrowing = [asked(draw, text=False) for _ in range(QUERIES)]
    tell("filters_only_p95", p95(find, narrowing), "ms", 10)
    for name, inputs in (("text_3_filters_all_facets", texts), ("filters_only", narrowing)):
        tell(f"{name}_wall_p95", p95(find, inputs, time.perf_counter), "ms", None, "wall clock, as the peers are told")
    tell("everything_p95", p95(find, [Criteria(sort=sort) for sort in ("best", "price", "start", "title")] * 20), "ms")
    slips = [Criteria(word) for word in ("qualiyt ", "machien ", "statstics ", "digitall ")] * 10
    tell("one_slip_p95", p95(find, slips), "ms")
    typed = ["wat", "dat", "mach", "stat", "pro", "digi", "generated", "intro"] * 25
    tell("suggestion_p95", p95(lambda words: engine.suggest(words, most=5), typed), "ms", 2)
    told = "p95 of {} beside one that is alone; by arithmetic no pause on two processors makes it 3.6 to 4"
    one = at_95(waited(1, 1))
    tell("eight_searchers", at_95(waited(processors(), 8 // processors())) / one, "× one", 3, told.format(AS_SERVED))
    tell("eight_processes", at_95(waited(8, 1)) / one, "× one", None, "the same as eight processes of one thread")


AS_SERVED = "eight that never pause, in as many processes as processors, as the site is served"


def processors() -> int:
    return len(os.sched_getaffinity(0))


def waited(processes: int, threads: int) -> list[float]:
    """Milliseconds that each search took, with this many processes of this many threads that never pause."""
    code = f"import django; django.setup(); from bench.catalogue import never_pause; never_pause({threads})"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for each in running:
        each.stdout.readline()
    for each in running:
        each.stdin.write("\n")
        each.stdin.flush()
    return [took for each in running for took in json.loads(each.communicate()[0])]


def never_pause(threads: int) -> None:
    """Be one of the processes: each thread asks every question, starting with another."""
    from django.utils import timezone

    from opencairn.catalogue.backends import BACKEND

    draw, day = random.Random(5), timezone.now().date()
    questions = [asked(draw, text=True) for _ in range(QUERIES)]

    def find(criteria: Any) -> float:
        began = time.perf_counter()
        BACKEND.search(criteria, day=day, first=0, last=20)
        return 1000 * (time.perf_counter() - began)

    find(questions[0])
    print("ready", flush=True)
    input()
    starts = [QUERIES * number // threads for number in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(lambda start: [find(one) for one in questions[start:] + questions[:start]], starts)
        print(json.dumps([took for share in shares for took in share]))


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

    tell("edit_visible_p95", p95(once, list(range(40)), time.perf_counter) / 1000, "s", 1)
    today = timezone.now().date()
    tell("is_current_p95", p95(lambda _: engine.is_current(today), list(range(50))), "ms", None, "asked by every page")


def first_bytes(texts: list[Any]) -> None:
    """The first byte of the page of results, from the real server: one question after the other, then eight at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    workers = str(processors())
    command = [sys.executable, "-m", "opencairn.web.cli", "serve", "--port", str(port), "--workers", workers]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                time.sleep(0.2)
            waits(port, texts[:40])  # every worker reads the index once
            alone = waits(port, texts[:100])
            tell("first_byte_p95", at_95(alone), "ms", 60, "GET /find/ at granian, wall clock")
            tell("first_byte_p50", sorted(alone)[50], "ms", None, "GET /find/ at granian, wall clock")
            with ThreadPoolExecutor(8) as clients:
                shares = clients.map(lambda first: waits(port, texts[first : first + 100]), range(0, 96, 12))
                together = [each for share in shares for each in share]
            told = f"p95 of eight at once beside one, at granian with {workers} workers, wall clock"
            tell("eight_at_the_page", at_95(together) / at_95(alone), "× one", 3, told)
        finally:
            server.terminate()


def waits(port: int, texts: list[Any]) -> list[float]:
    """How long each page of results kept one visitor waiting for its first byte, in milliseconds."""
    waited = []
    for criteria in texts:
        asked = [("q", criteria.q), *((name, code) for name, codes in criteria.chosen.items() for code in codes)]
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        began = time.perf_counter()
        line.request("GET", f"/find/?{urlencode(asked)}")
        answer = line.getresponse()
        assert answer.read(1), answer.status
        waited.append(1000 * (time.perf_counter() - began))
        assert answer.status == 200, answer.status
        answer.read()
        line.close()
    return waited


def at_95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


def quality() -> None:
    """How well both engines answer the judged queries, in a process of its own: another site."""
    code = (
        "import django; django.setup()\n"
        "from bench import judged; from opencairn.catalogue.backends import BACKEND, SqlBackend\n"
        "keys, engines = judged.demo_world(), (BACKEND, SqlBackend())\n"
        "print('MEANS', *(judged.mean(judged.answers(one, keys)) for one in engines))"
    )
    with tempfile.TemporaryDirectory(prefix="opencairn-judged-") as made:
        environment = {**os.environ, "OPENCAIRN_VAR": made}
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    ours, theirs = run.stdout.rpartition("MEANS")[2].split()
    told = f"{len(judged.queries())} judged queries; more is better, 0.8 wanted"
    tell("ndcg_at_10", float(ours), "", None, told)
    tell("ndcg_at_10_sql", float(theirs), "", None, told)
    tell(
        "ndcg_missing",
        max(0.0, 0.8 - float(ours)) + (float(ours) <= float(theirs)),
        "",
        0,
        "0 where 0.8 is met and SQL beaten",
    )
