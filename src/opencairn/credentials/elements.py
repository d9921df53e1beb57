"""Which European elements one credential states, under the names the Annex I profile gives them in each language."""

from collections.abc import Mapping
from dataclasses import dataclass

from opencairn.engine.annex_one import annex_one
from opencairn.engine.model import Attainment
from opencairn.programmes.profiles import EU


@dataclass(frozen=True)
class Row:
    """One element: its name in several languages, its state, and why it is not applicable where that is so."""

    name: Mapping[str, str]
    state: str
    reason: str


@dataclass(frozen=True)
class Group:
    """The mandatory or the optional elements."""

    rows: tuple[Row, ...]

    @property
    def all(self) -> int:
        """How many there are."""
        return len(self.rows)

    @property
    def given(self) -> int:
        """How many are answered; a level that does not apply, for a reason, is answered."""
        return sum(row.state != "absent" for row in self.rows)


@dataclass(frozen=True)
class Elements:
    """All sixteen elements of one credential."""

    mandatory: Group
    optional: Group


def elements_of(claims: Attainment) -> Elements:
    """Return what a credential says about each element of Annex I."""
    found = annex_one(claims)
    mandatory, optional = (
        Group(
            tuple(Row(EU.element(each.key).name, each.state, each.reason) for each in found if each.mandatory is kind)
        )
        for kind in (True, False)
    )
    return Elements(mandatory, optional)
