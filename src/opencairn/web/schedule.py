"""All background work of the site, in two lists: what can be put in, and what comes round."""

from datetime import datetime, timedelta

from django.core.management import call_command

from opencairn.catalogue import actions as catalogue
from opencairn.credentials import jobs as credentials
from opencairn.jobs import actions as jobs
from opencairn.jobs.rules import Handler, Sweep
from opencairn.programmes import actions as programmes
from opencairn.quality import jobs as quality
from opencairn.quality import reminders
from opencairn.programmes import jobs as programmes_jobs
from opencairn.transparency import actions as transparency


def clear_sessions(*, at: datetime) -> int:
    """Delete sign-in sessions that have run out."""
    call_command("clearsessions")
    return 0


# kind → function(payload, at): one piece of work, put in by jobs.enqueue
HANDLERS: tuple[tuple[str, Handler], ...] = (
    ("issue", credentials.issue),
    ("tell-holder", credentials.tell_holder),
)

# what comes round: function(at=...) looks for due rows and returns how many it dealt with
SWEEPS: tuple[Sweep, ...] = (
    Sweep("refresh-catalogue", catalogue.refresh, timedelta(minutes=5)),
    Sweep("sign-the-log", transparency.keep_heads, timedelta(minutes=10)),
    Sweep("publish-status-lists", credentials.publish_status_lists, timedelta(hours=1)),
    Sweep("keep-testimonies", credentials.keep_testimonies, timedelta(minutes=5), apart=True),
    Sweep("read-registers", quality.read_registers, timedelta(minutes=30), apart=True),
    Sweep("keep-the-audit-calendar", reminders.keep_calendar, timedelta(hours=6)),
    Sweep("count-coverage", quality.count_coverage, timedelta(hours=6)),
    Sweep("remind-of-expiry", credentials.remind_of_expiry, timedelta(days=1)),
    Sweep("remind-of-reviews", programmes_jobs.remind_of_reviews, timedelta(days=1)),
    Sweep("forget-finished-work", jobs.forget_finished, timedelta(days=1)),
    Sweep("number-changes", programmes.record_changes, timedelta(minutes=5), apart=True),
    Sweep("harvest-feeds", programmes.harvest_due, timedelta(minutes=1), apart=True),
    Sweep("push-changes", programmes.push_due, timedelta(minutes=1), apart=True),
    Sweep("write-dump", programmes.write_dump, timedelta(hours=1), apart=True),
    Sweep("clear-sessions", clear_sessions, timedelta(days=1)),
)
