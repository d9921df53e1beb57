from datetime import datetime, timedelta
from typing import Any

import pytest

from opencairn.credentials import actions as credentials
from opencairn.credentials.models import Credential
from opencairn.programmes.queries import stone_of
from opencairn.wallet import actions as wallet
from opencairn.wallet import queries
from opencairn.wallet.models import Holding, Share
from opencairn.web.demo.cast import Cast

from .conftest import issued


def test_the_awarded_person_accepts_once_however_often_they_click(
    cast: Cast, credential: Credential, at: datetime
) -> None:
    first = wallet.accept(credential, person=cast.learner, at=at)
    again = wallet.accept(credential, person=cast.learner, at=at + timedelta(hours=1))
    assert first == again
    assert Holding.objects.get().accepted_at == at


def test_nobody_accepts_what_was_awarded_to_someone_else(cast: Cast, credential: Credential, at: datetime) -> None:
    with pytest.raises(wallet.NotYours, match="someone else"):
        wallet.accept(credential, person=cast.manager, at=at)
    assert not Holding.objects.exists()


def test_what_was_revoked_before_it_was_accepted_is_refused(cast: Cast, credential: Credential, at: datetime) -> None:
    revoked = credentials.revoke(credential, reason="Wrong person.", by=cast.manager, at=at)
    with pytest.raises(wallet.NothingToAccept, match="revoked"):
        wallet.accept(revoked, person=cast.learner, at=at)


def test_a_revoked_credential_stays_and_is_said_to_be_revoked(cast: Cast, holding: Holding, at: datetime) -> None:
    credentials.revoke(holding.credential, reason="Issued by mistake.", by=cast.manager, at=at)
    [held] = queries.my_holdings(cast.learner)
    state = queries.state_of(held.credential, at=at)
    assert not state.in_force
    assert "Revoked on" in state.text
    assert state.reason == "Issued by mistake."
    assert queries.portfolio(cast.learner, at=at).piles == []


def test_every_link_is_another_unguessable_word(holding: Holding, at: datetime) -> None:
    tokens = {wallet.share(holding, at=at).token for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) * 6 >= 128
    assert all(str(holding.person_id) not in queries.address_of(each) for each in Share.objects.all())


def test_the_certificate_keeps_one_link_until_it_is_taken_back(holding: Holding, at: datetime) -> None:
    first = wallet.share(holding, purpose="certificate", at=at)
    assert wallet.share(holding, purpose="certificate", at=at) == first
    wallet.unshare(first, at=at)
    assert wallet.share(holding, purpose="certificate", at=at).token != first.token


def test_a_link_is_taken_back_once(holding: Holding, at: datetime) -> None:
    link = wallet.share(holding, at=at)
    wallet.unshare(link, at=at)
    wallet.unshare(link, at=at + timedelta(days=1))
    assert link.ended_at == at


def test_too_many_links_are_refused_with_a_way_out(holding: Holding, at: datetime) -> None:
    for _ in range(wallet.MOST_LINKS):
        link = wallet.share(holding, at=at)
    with pytest.raises(wallet.TooManyLinks, match="Take one back"):
        wallet.share(holding, at=at)
    wallet.unshare(link, at=at)
    assert wallet.share(holding, at=at)


def test_discarding_ends_the_links_and_leaves_the_award(cast: Cast, holding: Holding, at: datetime) -> None:
    wallet.share(holding, at=at)
    wallet.discard(holding, at=at)
    assert not Share.objects.exists()
    assert list(queries.waiting_credentials(cast.learner)) == [Credential.objects.get()]


def test_a_portfolio_of_more_than_nine_is_split_by_year(cast: Cast, at: datetime) -> None:
    for number in range(11):
        year = 2024 + number % 2
        credential = issued(cast, cast.learner, f"course-{number}")
        award = credential.award
        assert award is not None
        award.awarded_on = award.awarded_on.replace(year=year)
        award.save()
        wallet.accept(credential, person=cast.learner, at=at)
    held = queries.portfolio(cast.learner, at=at)
    assert [(year, len(versions)) for year, versions in held.piles] == [(2025, 5), (2024, 6)]
    assert held.ects == 55
    assert held.since == 2024


def test_a_large_cairn_is_read_in_a_few_queries(cast: Cast, at: datetime, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        wallet.accept(issued(cast, cast.learner, f"course-{number}"), person=cast.learner, at=at)
    with django_assert_max_num_queries(2):
        held = queries.portfolio(cast.learner, at=at)
        assert [stone_of(version).outcomes for _, versions in held.piles for version in versions] == [3] * 4


def test_what_the_wallet_holds_is_exported_and_erased(cast: Cast, holding: Holding, at: datetime) -> None:
    wallet.share(holding, note="Upper Tarn Water Board", at=at)
    [held] = queries.export_person(cast.learner)["holdings"]
    assert held["links"][0]["note"] == "Upper Tarn Water Board"
    assert queries.export_person(cast.manager) == {"holdings": []}
    wallet.erase_person(cast.learner, at=at)
    assert not Holding.objects.exists()
    assert not Share.objects.exists()
