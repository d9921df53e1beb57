from collections.abc import Callable

import pytest

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.learning.models import Award
from opencairn.people.models import Person
from tests import make


@pytest.fixture
def version(cast):
    """The accredited course of the cast's provider."""
    programme = make.programme(cast.provider)
    made = make.version(programme)
    make.decision(programme, cast.quality_body)
    return made


@pytest.fixture
def award_to(cast, version) -> Callable[..., Award]:
    """A function that awards the course to someone."""
    run = make.offering(version.programme)

    def give(person: Person | None = None, **facts) -> Award:
        return make.award(make.enrolment(person or cast.learner, run), cast.author, **facts)

    return give


@pytest.fixture
def award(award_to) -> Award:
    return award_to()


@pytest.fixture
def credential(award, cast, at) -> Credential:
    return credentials.issue(award, by=cast.manager, at=at)
