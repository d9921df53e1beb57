"""How well a search engine answers the judged queries of ``judged.toml`` over the demo world: nDCG at ten.

A grade g is worth 2^g - 1, discounted by the logarithm of its place; 1.0 is the best order there is. What an engine
finds beside the judged ones is worth nothing and pushes them down. ``python -m bench.judged`` prints every query.
"""

import os
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any
from uuid import UUID

PLACES = 10


def queries() -> list[dict[str, Any]]:
    """The judged queries, in the order of the file."""
    found: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[
        "query"
    ]
    return found


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """How good an order of keys is beside the best one, from 0 to 1."""

    def worth(marks: Iterable[int]) -> float:
        return float(sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(marks)))

    best = worth(sorted(grades.values(), reverse=True)[:PLACES])
    return worth(grades.get(key, 0) for key in found[:PLACES]) / best


def answers(engine: Any, keys: Mapping[UUID, str]) -> list[tuple[dict[str, Any], list[str], float]]:
    """Each judged query with what an engine finds for it and how good that is."""
    from django.utils import timezone

    from opencairn.catalogue.backends import Criteria

    told = []
    for query in queries():
        hits = engine.search(Criteria(query["q"]), day=timezone.now().date(), first=0, last=PLACES).programmes
        found = [keys[pk] for pk in hits]
        told.append((query, found, ndcg(found, query["grades"])))
    return told


def mean(told: Sequence[tuple[dict[str, Any], list[str], float]]) -> float:
    """The mean over the queries."""
    return sum(score for _, _, score in told) / len(told)


def demo_world() -> dict[UUID, str]:
    """Load the demo world where it is not yet, and return the key of each programme."""
    from django.utils import timezone

    from opencairn.catalogue.backends import SqlBackend
    from opencairn.programmes.models import Programme
    from opencairn.web.demo import cast, world
    from opencairn.web.readiness import prepare

    stdout, sys.stdout = sys.stdout, Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it lives with us
    prepare()
    sys.stdout = stdout
    world.load(cast.enter(), at=timezone.now())
    SqlBackend().refresh(at=timezone.now())
    titles = {
        (provider["name"], frozenset(facts["title"].values())): facts["key"]
        for provider in world.providers()
        for facts in world.described(provider)
    }
    known = Programme.objects.public().select_related("provider", "current")
    return {each.pk: titles[each.provider.name, frozenset(each.current.title.values())] for each in known}


def report() -> None:
    """Print every query with its answers and the means of both engines; for somebody who tunes."""
    import django

    django.setup()
    from opencairn.catalogue.backends import BACKEND, SqlBackend

    keys = demo_world()
    for name, engine in (("sql", SqlBackend()), ("bitmaps", BACKEND)):
        told = answers(engine, keys)
        if name == "bitmaps" or "sql" in sys.argv:
            for query, found, score in told:
                print(f"{score:.2f} {query['language']} {query['q']}: {' '.join(found)} | {query['grades']}")
        print(f"{name}: nDCG@{PLACES} {mean(told):.3f} over {len(told)} queries")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="opencairn-judged-") as made:
        os.environ |= {
            "OPENCAIRN_VAR": os.environ.get("BENCH_VAR", made),
            "OPENCAIRN_SEARCH": "bitmaps",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "opencairn.web.settings",
        }
        report()
