from opencairn.people.access import may
from opencairn.people.models import Organisation
from opencairn.web.demo.cast import Cast, enter
from tests import make


def test_the_cast_enters_once_however_often_it_is_called(cast: Cast) -> None:
    again = enter()
    assert again == cast
    assert Organisation.objects.count() == 4


def test_roles_decide_who_may_do_what(cast: Cast) -> None:
    assert may(cast.manager, "credential.issue", cast.provider)
    assert not may(cast.author, "credential.issue", cast.provider)
    assert not may(cast.manager, "review.decide", cast.quality_body)


def test_every_row_maker_makes_an_ordinary_row(cast: Cast) -> None:
    programme = make.programme(cast.provider)
    make.version(programme)
    make.decision(programme, cast.quality_body)
    enrolment = make.enrolment(cast.learner, make.offering(programme))
    assert make.award(enrolment, cast.author).person == cast.learner
