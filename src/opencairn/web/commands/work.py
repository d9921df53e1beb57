import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

HELP = "do the background work"
DESCRIPTION = """\
Do the background work of the site: sweeps that come round (see web/schedule.py) and work that was put in.
Any number may run at the same time, on any number of machines over one PostgreSQL. Killing one loses and doubles
nothing. SIGTERM and Ctrl-C finish the piece in hand first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Once, or until stopped."""
    parser.add_argument("--once", action="store_true", help="do what is due now, say how much that was, and stop")
    parser.add_argument("--verbose", action="store_true", help="print one line for each piece of work")
    parser.add_argument(
        "--beside", type=int, metavar="PID", help="stop when this process, which started it, is no longer there"
    )


def run(args: argparse.Namespace) -> int:
    """Work."""
    from django.utils import timezone

    from opencairn.jobs import actions as jobs
    from opencairn.jobs.models import Job
    from opencairn.web.schedule import HANDLERS, SWEEPS

    def told(job: Job) -> None:
        if args.verbose:
            print(f"{timezone.now():%Y-%m-%d %H:%M:%S} {job}", flush=True)

    if args.once:
        count = jobs.run_due(dict(HANDLERS), SWEEPS, at=timezone.now())
        failed = Job.objects.failed().count()
        print(f"{count} pieces of work taken." + (f" {failed} wait for a person: see opencairn doctor." * bool(failed)))
        return 0
    stop = threading.Event()

    def finish(signal_number: int, frame: FrameType | None) -> None:
        stop.set()

    if args.beside:
        threading.Thread(target=_watch, args=(args.beside, stop), daemon=True).start()
    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    print("Working. Stop with Ctrl-C.", flush=True)
    count = jobs.work(dict(HANDLERS), SWEEPS, clock=timezone.now, stop=stop, done=told)
    print(f"Stopped after {count} pieces of work.", file=sys.stderr)
    return 0


def _watch(parent: int, stop: threading.Event) -> None:
    """A pipe would not do: processes that the parent forks hold its other end, too."""
    while os.getppid() == parent and not stop.wait(1):
        pass
    stop.set()


@contextmanager
def beside() -> Iterator[None]:
    """Have a process of its own do the background work as long as the block lasts, however this process ends."""
    command = [sys.executable, "-P", "-m", "opencairn.web.cli", "work", "--beside", str(os.getpid())]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=nowhere, stdout=nowhere) as worker:  # noqa: S603 - our own words
        try:
            yield
        finally:
            worker.terminate()
