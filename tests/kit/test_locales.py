import pytest

from opencairn.kit.locales import is_country


@pytest.mark.parametrize("code", ["DE", "GB", "XK", "TW", "AQ"])
def test_a_country_is_one_of_iso_3166_and_kosovo(code: str) -> None:
    assert is_country(code)


@pytest.mark.parametrize(
    "code",
    ["ZZ", "EU", "EZ", "UN", "QO", "XA", "XB", "XC", "AA", "QM", "IC", "UK", "EL", "de", "DEU", "001", "150", ""],
)
def test_groups_placeholders_and_private_codes_are_no_countries(code: str) -> None:
    assert not is_country(code)
