"""What the tests of the engine share."""

from collections.abc import Iterator

import pytest

from .contexts_here import all_imported


@pytest.fixture(scope="module")
def contexts_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every context of the reference data is imported, as far as that data is here."""
    with all_imported(tmp_path_factory.mktemp("contexts")):
        yield
