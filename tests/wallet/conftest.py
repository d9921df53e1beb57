from typing import Any

import pytest

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.people.models import Person
from opencairn.wallet import actions as wallet
from opencairn.wallet.models import Holding
from opencairn.web.demo.cast import Cast
from tests import make


def issued(cast: Cast, person: Person, slug: str = "water-quality", *, name: str = "", **facts: Any) -> Credential:
    """A credential signed by the cast's provider for a person."""
    programme = make.programme(cast.provider, slug)
    make.version(programme, **facts)
    make.decision(programme, cast.quality_body)
    enrolment = make.enrolment(person, make.offering(programme), name_on_credential=name or person.name)
    return credentials.issue(make.award(enrolment, cast.author), by=cast.manager, at=make.AT)


@pytest.fixture
def credential(cast: Cast) -> Credential:
    """Mirren's credential, signed and not yet accepted."""
    return issued(cast, cast.learner)


@pytest.fixture
def holding(cast: Cast, credential: Credential) -> Holding:
    """Mirren's credential in her cairn."""
    return wallet.accept(credential, person=cast.learner, at=make.AT)
