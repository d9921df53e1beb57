from hypothesis import given
from hypothesis import strategies as st

from opencairn.people.rules import client_address, roles_for

ADDRESSES = st.ip_addresses(v=4).map(str)


def test_every_organisation_has_managers_and_a_kind_brings_its_roles() -> None:
    assert roles_for(is_provider=False, is_quality_body=False) == ("manager",)
    assert "registrar" in roles_for(is_provider=True, is_quality_body=False)
    assert "decider" in roles_for(is_provider=False, is_quality_body=True)
    assert "decider" not in roles_for(is_provider=True, is_quality_body=False)


@given(ADDRESSES, st.lists(ADDRESSES))
def test_without_a_trusted_proxy_nothing_forwarded_is_believed(direct: str, claimed: list[str]) -> None:
    assert client_address(direct, ", ".join(claimed), proxies=0) == direct


@given(ADDRESSES, ADDRESSES, st.lists(ADDRESSES), st.integers(1, 3))
def test_a_client_cannot_choose_its_address_behind_proxies(
    proxy: str, client: str, claimed: list[str], proxies: int
) -> None:
    appended = [client, *[proxy] * (proxies - 1)]
    assert client_address(proxy, ", ".join([*claimed, *appended]), proxies=proxies) == client


def test_a_whole_network_of_version_6_counts_as_one() -> None:
    one = client_address("2001:db8:1:2::1", "", proxies=0)
    assert one == client_address("2001:db8:1:2:ffff::9", "", proxies=0) == "2001:db8:1:2::/64"
    assert one != client_address("2001:db8:1:3::1", "", proxies=0)
    assert client_address("::ffff:192.0.2.7", "", proxies=0) == "192.0.2.7"


def test_a_forwarded_word_that_is_no_address_is_not_believed() -> None:
    assert client_address("192.0.2.1", "nonsense", proxies=1) == "192.0.2.1"
    assert client_address("192.0.2.1", "", proxies=2) == "192.0.2.1"
