"""The European Learning Model: what goes out comes back, and what strangers write is read or refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from opencairn.engine.formats import elm
from opencairn.engine.model import Attainment

from .elm_samples import FULL, attainments
from .samples import ATTAINMENT


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(attainments())
def test_every_attainment_comes_back_as_it_went_out(attainment: Attainment) -> None:
    assert elm.read(elm.write(attainment)) == attainment
