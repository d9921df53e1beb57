import ast
from pathlib import Path

from opencairn import engine
from opencairn.credentials.sentences import SENTENCES
from tests.engine.test_old_badges import ASSERTION, check

OBJECTIONS = {"Malformed", "Unsafe", "Unsupported", "NotACredential", "Unread"}
ABOUT_A_LIST = {  # told as "the status list could not be used", with its address
    "list-encoding", "list-length", "list-elsewhere", "list-of-another", "list-purpose", "list-index-range", "not-a-list",
    "list-dates", "list-early", "list-messages", "list-nameless", "list-signature", "list-stale", "list-ttl", "list-unsafe",
}  # fmt: skip


def codes() -> set[str]:
    """The codes of every objection the engine raises, read from its source."""
    found = set()
    for file in Path(engine.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OBJECTIONS:
                found |= {a.value for a in node.args[1:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def step_codes() -> set[str]:
    """The codes of every step that the engine reports, as far as they stand in its source as words."""
    found = set()
    for file in Path(engine.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Step":
                found |= {a.value for a in node.args[3:4] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def test_every_step_of_the_engine_is_said_in_the_readers_language() -> None:
    assert len(step_codes()) > 30
    assert step_codes() - set(SENTENCES) == set()


def test_the_extensions_that_nobody_compared_are_named_in_the_readers_language() -> None:
    step = check({**ASSERTION, "extensions:one": {"type": ["Extension"]}}).steps[0]
    assert "extensions:one" in SENTENCES[step.code] % dict(step.facts)


def test_every_objection_of_the_engine_is_said_in_the_readers_language() -> None:
    assert len(codes()) > 40
    assert codes() - ABOUT_A_LIST - set(SENTENCES) == set()
