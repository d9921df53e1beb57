"""Gates: what is refused for want of a positive decision. Only a regulatory framework blocks, and only where the
operator says so.

Source: OECD, *Micro-credentials for lifelong learning*, box 2.4: with a regulatory approach quality assurance is a
condition; New Zealand approves the programme and accredits whoever delivers it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .frameworks import Framework

OF_A_PROGRAMME = frozenset({"programme", "module"})


class WrongGate(ValueError):  # noqa: N818 - an answer to the operator, as the shelf's WrongFramework is
    """A gate names a framework that is not there, or an act that the framework cannot block."""


@dataclass(frozen=True)
class Gate:
    """A framework whose positive decision an act needs."""

    act: str
    framework: Framework

    @property
    def asked(self) -> tuple[str, ...]:
        """Whose decisions it looks for: the programme's, the provider's, or either's."""
        objects = self.framework.needs or self.framework.objects
        return (
            *(("programme",) if objects & OF_A_PROGRAMME else ()),
            *(("provider",) if "provider" in objects else ()),
        )


def gates(words: Iterable[str], shelf: Iterable[Framework]) -> tuple[Gate, ...]:
    """Return the gates that the operator's words name, such as ``qualiopi-like:fund``. Raises WrongGate."""
    by_key = {each.key: each for each in shelf}
    found = []
    for each in words:
        key, _colon, act = each.partition(":")
        framework = by_key.get(key)
        if framework is None:
            raise WrongGate(f"{each}: there is no quality framework {key!r}")
        if framework.approach != "regulatory":
            raise WrongGate(f"{each}: {key} is {framework.approach}, and only a regulatory framework blocks anything")
        if not framework.blocks(act):
            can = ", ".join(sorted(framework.effects)) or "nothing"
            raise WrongGate(f"{each}: {key} can block {can}; write one of these after the colon")
        found.append(Gate(act, framework))
    return tuple(found)


def missing(gate: Gate, states: Mapping[str, str]) -> tuple[str, ...]:
    """Return whose decision is not in force, "programme" before "provider"; empty where the gate is open.

    ``states`` is the state of each under the gate's framework. Where the framework says that it ``needs`` both, both
    have to be in force (Q2); else either opens the gate.
    """
    closed = tuple(each for each in gate.asked if states.get(each) != "accredited")
    return closed if gate.framework.needs or len(closed) == len(gate.asked) else ()


def stopped(states: Iterable[str]) -> str:
    """Return why nobody new may enrol: the accreditation is suspended or withdrawn; "" where it is neither."""
    there = set(states)
    if "accredited" in there:
        return ""
    return next((each for each in ("suspended", "withdrawn") if each in there), "")
