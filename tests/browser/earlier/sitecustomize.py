"""Puts back the clock of a site under test. Python reads this file first in every process that has its folder in
PYTHONPATH, so the whole site, its commands and its server's workers live on that day."""

import os
from datetime import datetime, timedelta

from django.utils import timezone

DAYS_AGO = timedelta(days=int(os.environ["DAYS_AGO"]))
today = timezone.now


def then() -> datetime:
    return today() - DAYS_AGO


timezone.now = then
