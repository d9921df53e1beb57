"""A worker process for test_kill.py: each piece of work writes one row, or adds one where the row is there."""

import signal
import sys
import threading
import time
from datetime import timedelta


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from opencairn.jobs import actions as jobs

    def effect(payload, at) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO effect (key, n) VALUES (%s, 1) ON CONFLICT (key) DO UPDATE SET n = effect.n + 1",
                [payload["key"]],
            )
        time.sleep(0.004)

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    count = jobs.work(
        {"test.effect": effect},
        clock=timezone.now,
        stop=stop,
        pause=timedelta(milliseconds=20),
        lease=timedelta(seconds=1),
    )
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main()
