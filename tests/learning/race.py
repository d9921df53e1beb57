"""Several people at the same moment, each in a thread with a connection of its own. Run as a module on its own database.

``main`` is started by test_races.py in a process of its own, because the tests' own SQLite lives in memory, where
locks work differently from those of a file.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

LEARNERS = 6
REVIEWS = 6


def at_once(jobs: list[Callable[[], object]]) -> list[str]:
    """Run every job in a thread, started together; return "done" or the name of the refusal for each."""
    from django.db import connections

    from opencairn.kit.errors import Refused

    start = Barrier(len(jobs))

    def one(job: Callable[[], object]) -> str:
        start.wait(timeout=30)
        try:
            job()
        except Refused as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


def last_place() -> tuple[list[str], int]:
    """Six people ask for the two last places; return their answers and the places taken."""
    from opencairn.learning import actions as learning
    from opencairn.learning.queries import taken
    from opencairn.people import actions as people
    from opencairn.web.demo.cast import enter
    from tests import make

    offering = make.offering(make.version(make.programme(enter().provider, slug="race")).programme, capacity=2)
    crowd = [people.ensure_person(email=f"r{n}@example.org", name=f"R{n}", password="x" * 14) for n in range(LEARNERS)]

    def asking(person: object) -> Callable[[], object]:
        return lambda: learning.enrol(person, offering, name_on_credential="R", consent_text="I agree.", at=make.AT)

    return sorted(at_once([asking(each) for each in crowd])), taken(offering)


def decisions() -> tuple[list[str], list[str]]:
    """Six reviews are decided at once; return the answers and the numbers given."""
    from opencairn.quality import actions as quality
    from opencairn.quality.frameworks import framework
    from opencairn.quality.models import Decision
    from opencairn.web.demo.cast import enter
    from tests import make

    cast, jobs = enter(), []

    def deciding(review: object) -> Callable[[], object]:
        last = make.TODAY + timedelta(days=99)
        return lambda: quality.decide(
            review, verdict="accredited", reasons="R", first_on=make.TODAY, last_on=last, by=None, at=make.AT
        )

    for number in range(REVIEWS):
        version = make.version(make.programme(cast.provider, slug=f"race-{number}"))
        review = quality.request_review(
            version, quality_body=cast.quality_body, framework="short-learning", statement="", by=None, at=make.AT
        )
        for each in framework("short-learning").criteria:
            quality.record_finding(review, criterion=each.key, outcome="met", reasons="R", by=None, at=make.AT)
        jobs.append(deciding(review))
    return at_once(jobs), sorted(Decision.objects.values_list("number", flat=True))


def main() -> None:
    """Make the tables, run both races, and print what came of them."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps({"last_place": last_place(), "decisions": decisions()}))


if __name__ == "__main__":
    main()
