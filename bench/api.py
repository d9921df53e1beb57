"""Searching through the whole site by the open API, and how fast everything is dumped and followed.

``OFFERINGS=1000000 python -m bench api`` measures at another size than 20,000. The catalogue is that of ``bench
catalogue``: with ``BENCH_VAR`` one that stands already is used. Requests go through all of the site's middleware,
without a network between. Times are of processor time where they say so.
"""

import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from bench.catalogue import FILTERS, HERE, QUERIES, WORDS, p95


def measure() -> Iterator[dict[str, Any]]:
    """Run in a process of its own: the site's settings are read once for each process."""
    with tempfile.TemporaryDirectory(prefix="opencairn-bench-") as made:
        environment = {
            **os.environ,
            "OPENCAIRN_VAR": os.environ.get("BENCH_VAR") or made,
            "OPENCAIRN_SEARCH": "bitmaps",
            "OPENCAIRN_API_REQUESTS_PER_MINUTE": "1000000",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "opencairn.web.settings",
        }
        command = [sys.executable, "-c", "from bench.api import report; report()"]
        with subprocess.Popen(command, env=environment, cwd=HERE, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            for line in running.stdout:
                name, value, unit, against = line.rstrip("\n").split("\t")
                yield {
                    "name": name,
                    "value": float(value),
                    "unit": unit,
                    "target": None,
                    "met": None,
                    "against": against,
                }
        if running.returncode:
            raise SystemExit(f"bench api: the measuring process failed ({running.returncode})")


def tell(name: str, value: float, unit: str, against: str) -> None:
    print(f"api.{name}\t{value:.2f}\t{unit}\t{against}", flush=True)


def report() -> None:
    """Generate where nothing stands yet, and measure."""
    import django

    django.setup()
    from django.test import Client
    from django.utils import timezone

    from opencairn.catalogue.backends import BACKEND
    from opencairn.programmes import actions as programmes
    from opencairn.programmes.models import Programme
    from opencairn.web.demo import synthetic
    from opencairn.web.readiness import prepare

    stdout, sys.stdout = sys.stdout, io.StringIO()
    prepare()
    sys.stdout = stdout
    if not Programme.objects.exists():
        synthetic.generate(offerings=int(os.environ.get("OFFERINGS", "20000")), seed=1, at=timezone.now())
    BACKEND.refresh(at=timezone.now())
    many = f"{Programme.objects.public().count()} programmes"
    client = Client(headers={"Host": "localhost"})

    def get(query: str) -> int:
        response = client.get(f"/api/v1/{query}")
        assert response.status_code == 200, response.content
        return len(response.content)

    draw = random.Random(5)
    asked = []
    for _ in range(QUERIES):
        names = draw.sample(sorted(FILTERS), 3)
        codes = [(name, code) for name in names for code in draw.choice(FILTERS[name])]
        asked.append(f"search?q={draw.choice(WORDS.split('|'))}&" + "&".join(f"{name}={code}" for name, code in codes))
    get(asked[0])
    tell("search_p95", p95(get, asked), "ms", f"text, 3 filters, all facets, 20 results, whole site, processor; {many}")
    tell("search_wall_p95", p95(get, asked, time.perf_counter), "ms", f"the same, wall clock; {many}")
    tell("suggest_p95", p95(get, ["suggest?q=wat", "suggest?q=da", "suggest?q=ha"] * 30), "ms", f"processor; {many}")
    slugs = list(Programme.objects.public().values_list("slug", flat=True)[:100])
    tell("programme_p95", p95(get, [f"programmes/{slug}" for slug in slugs]), "ms", f"one programme, processor; {many}")

    began = time.process_time()
    numbered = programmes.record_changes(at=timezone.now())
    tell(
        "number_changes",
        numbered / max(time.process_time() - began, 1e-9),
        "programmes a second",
        f"where not numbered yet, processor; {many}",
    )
    began = time.process_time()
    programmes.record_changes(at=timezone.now())
    tell("compare_all", time.process_time() - began, "s", f"nothing changed, full comparison, processor; {many}")
    file, began = io.BytesIO(), time.process_time()
    facts = programmes.dump(file, packed=True, at=timezone.now())
    took = time.process_time() - began
    tell("dump", facts["count"] / took, "programmes a second", f"packed, processor; {many}")
    tell("dump_size", facts["bytes"] / facts["count"], "bytes a programme", f"packed; {many}")
    cursor, pages, began = "", 0, time.process_time()
    while pages < 50:
        page = client.get("/api/v1/changes", {"limit": "200", **({"cursor": cursor} if cursor else {})}).json()
        cursor, pages = page["cursor"], pages + 1
        if not page["more"]:
            break
    tell("changes", 200 * pages / (time.process_time() - began), "changes a second", f"pages of 200, processor; {many}")
