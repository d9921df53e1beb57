"""The published cases of SD-JWT (sd-jwt-js, sd-jwt-python, RFC 9901, SD-JWT VC): issued, presented and verified here."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from opencairn.engine.keys import SigningKey, base64url_decode
from opencairn.engine.objections import Malformed
from opencairn.engine.proofs import sd_jwt

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not VECTORS.is_dir(), reason="the reference data ../shared is not here"),
]
AT = datetime(2026, 11, 21, tzinfo=UTC)
ASKED = sd_jwt.Binding("https://example.com/verifier", "1234567890", AT)
ISSUER = SigningKey.generate("p256")
HOLDER = SigningKey.generate("p256")
Paths = set[tuple[str | int, ...]]


def files(folder: str, pattern: str) -> list[Any]:
    return [
        pytest.param(each, id=each.relative_to(VECTORS / folder).as_posix())
        for each in (VECTORS / folder).glob(pattern)
    ]


def shown_by(frame: Any, claims: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths that a frame of a holder chooses: true, or anything that chooses something inside."""
    if isinstance(claims, dict):
        inside: Any = claims.items()
    else:
        inside = enumerate(claims) if isinstance(claims, list) else ()
    for name, inner in inside:
        chosen = chosen_by(frame, name)
        if chosen not in (None, False):
            yield (*path, name)
            yield from shown_by(chosen, inner, (*path, name))


def chosen_by(frame: Any, name: str | int) -> Any:
    if isinstance(frame, dict):
        return frame.get(name, frame.get(str(name)))
    return frame[name] if isinstance(frame, list) and isinstance(name, int) and name < len(frame) else None


def presented(claims: Any, hidden: Paths, frame: Any, **header: Any) -> str:
    token = sd_jwt.sign(claims, ISSUER, hidden=hidden, holder=HOLDER.public, decoys=1, **header)
    assert without_holder(sd_jwt.claims_of(token, ISSUER.public, at=AT)) == claims
    return sd_jwt.present(token, set(shown_by(frame, claims)) & hidden, key=HOLDER, to=ASKED)


def without_holder(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name != "cnf"}


def verified(token: Any) -> dict[str, Any]:
    return without_holder(sd_jwt.claims_of(token, ISSUER.public, at=AT, asked=ASKED))


# --- sd-jwt-js: a frame says what is hidden ---


def hidden_by(frame: Any, claims: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for name, inner in frame.items():
        if name == "_sd":
            yield from ((*path, each) for each in inner)
        else:
            here = int(name) if isinstance(claims, list) else name
            yield from hidden_by(inner, claims[here], (*path, here))


@pytest.mark.parametrize("file", files("sd-jwt-js-cases", "*.json"))
def test_the_cases_of_sd_jwt_js(file: Path) -> None:
    case = json.loads(file.read_text())
    found = verified(
        presented(
            case["claims"], set(hidden_by(case.get("disclosureFrame", {}), case["claims"])), case["presentationFrames"]
        )
    )
    if not case["presenatedClaims"]:  # the case leaves an empty object out, which RFC 9901 keeps
        found = {name: value for name, value in found.items() if value != {}}
    assert found == case["presenatedClaims"]


# --- sd-jwt-python and the examples of the specifications: tags in YAML say what is hidden ---


class Sd:
    """A key or a value tagged ``!sd``: hidden."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sd) and other.value == self.value


class Loader(yaml.SafeLoader):
    """YAML with ``!sd``."""


def tagged(loader: Loader, node: yaml.Node) -> Sd:
    if isinstance(node, yaml.ScalarNode):
        tag = loader.resolve(yaml.ScalarNode, node.value, (node.style is None, True))
        return Sd(loader.construct_object(yaml.ScalarNode(tag, node.value, style=node.style)))
    kind = type(node)
    return Sd(loader.construct_object(kind(loader.resolve(kind, None, True), node.value), deep=True))


Loader.add_constructor("!sd", tagged)


def untagged(value: Any, path: tuple[str | int, ...], hidden: Paths) -> Any:
    """Return the claims without tags, adding the paths that were tagged."""
    if isinstance(value, dict):
        found = {}
        for name, inner in value.items():
            plain = name.value if isinstance(name, Sd) else name
            if isinstance(name, Sd):
                hidden.add((*path, plain))
            found[plain] = untagged(inner, (*path, plain), hidden)
        return found
    if not isinstance(value, list):
        return value
    for place, each in enumerate(value):
        if isinstance(each, Sd):
            hidden.add((*path, place))
    return [untagged(e.value if isinstance(e, Sd) else e, (*path, place), hidden) for place, e in enumerate(value)]


def case_of(file: Path) -> tuple[dict[str, Any], Any, Paths]:
    case = yaml.load(file.read_text("utf-8"), Loader)
    hidden: Paths = set()
    return case, untagged(case["user_claims"], (), hidden), hidden


@pytest.mark.parametrize("file", files("sd-jwt-python-cases", "*/specification.yml"))
def test_the_cases_of_sd_jwt_python(file: Path) -> None:
    case, claims, hidden = case_of(file)
    header = case.get("extra_header_parameters", {})
    assert (
        verified(presented(claims, hidden, case["holder_disclosed_claims"], **header))
        == case["expect_verified_user_claims"]
    )


@pytest.mark.parametrize(
    "file",
    files("sd-jwt-spec-examples", "*/specification.yml") + files("sd-jwt-vc-spec-examples", "*/specification.yml"),
)
def test_the_examples_of_the_specifications(file: Path) -> None:
    case, claims, hidden = case_of(file)
    frame = case["holder_disclosed_claims"]
    found = verified(presented(claims, hidden, frame, **case.get("extra_header_parameters", {})))
    still_hidden = hidden - set(shown_by(frame, claims))
    assert found == without(claims, still_hidden)


def without(value: Any, hidden: Paths, path: tuple[str | int, ...] = ()) -> Any:
    """Return the claims without the hidden ones: what a verifier must end with."""
    if isinstance(value, dict):
        return {n: without(v, hidden, (*path, n)) for n, v in value.items() if (*path, n) not in hidden}
    if isinstance(value, list):
        return [without(v, hidden, (*path, i)) for i, v in enumerate(value) if (*path, i) not in hidden]
    return value


@pytest.mark.parametrize("folder", ["sd-jwt-python-cases", "sd-jwt-spec-examples", "sd-jwt-vc-spec-examples"])
def test_the_keys_of_the_cases_are_read(folder: str) -> None:
    stated = yaml.safe_load((VECTORS / folder / "settings.yml").read_text())["key_settings"]
    jwk = stated.get("issuer_key") or stated["issuer_keys"][0]
    key = SigningKey.from_bytes(base64url_decode(jwk["d"]), "p256")
    assert key.public.jwk == {name: jwk[name] for name in ("kty", "crv", "x", "y")}
    token = sd_jwt.sign({"given_name": "John"}, key, hidden=[("given_name",)])
    assert sd_jwt.claims_of(token, key.public, at=AT) == {"given_name": "John"}
    with pytest.raises(Malformed, match="changed after it was signed"):
        sd_jwt.claims_of(token, HOLDER.public, at=AT)
