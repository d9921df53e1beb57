"""From document to signed text: nothing falls out unsigned, nothing means two things, poison stops early."""

import copy
import json
import time
from typing import Any

import pyoxigraph
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from opencairn.engine.canonical import canonical, canonicalize, contexts, parse, strict_json, to_quads
from opencairn.engine.canonical.jcs import canonical_json, fingerprint
from opencairn.engine.canonical.jsonld import MOST_CONTEXTS, MOST_QUADS, Vocabulary
from opencairn.engine.canonical.literals import number
from opencairn.engine.canonical.rdfc import Quad, line
from opencairn.engine.canonical.strict_json import DEEPEST, LARGEST, shown
from opencairn.engine.canonical.vocabulary import MOST_ENTRIES, MOST_SCOPES, MOST_TERMS
from opencairn.engine.objections import Malformed, NotACredential, Objection, Unread, Unsafe, Unsupported
from tests.engine.samples import signed, status_list

V2 = contexts.CREDENTIALS_V2
OB = contexts.OPEN_BADGES
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
XSD = "http://www.w3.org/2001/XMLSchema#"


def bare(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def small(*more: Any, **fields: Any) -> dict[str, Any]:
    return {"@context": [V2, OB, *more], "id": "urn:x:1", "type": ["VerifiableCredential"], **fields}


def loader(url: str, options: object) -> dict[str, Any]:
    return {
        "contentType": "",
        "contextUrl": None,
        "documentUrl": url,
        "document": contexts.document(url),
        "tag": "static",
    }


def pyld_quads(document: dict[str, Any]) -> str:
    """Return what PyLD says. It keeps a statement twice where two spellings make it; in a dataset it stands once."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader}
    quads = str(jsonld.normalize(copy.deepcopy(document), options))
    if len(set(quads.splitlines())) < quads.count("\n"):
        quads = str(jsonld.normalize(quads, {**options, "inputFormat": "application/n-quads"}))
    return quads


# --- strict JSON ---


def test_a_name_that_stands_twice_among_very_many_is_found_at_once() -> None:
    names = ",".join(f'"k{n}":1' for n in range(70_000))
    begun = time.monotonic()
    with pytest.raises(Malformed) as refused:
        parse(f'{{{names},"k69999":2}}')
    assert refused.value.facts == (("name", "k69999"),)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ('{"a": 1, "b": {"c": 1, "c": 2}}', Malformed, "duplicate-name"),
        ('{"a": NaN}', Malformed, "not-a-number"),
        ('{"a": -Infinity}', Malformed, "not-a-number"),
        ('{"a": 1e999}', Malformed, "number-too-large"),
        ('{"a": 9007199254740993}', Malformed, "number-too-large"),
        ('{"a": ' + "9" * 5000 + "}", Malformed, "number-too-large"),
        ('{"a": "\\ud800"}', Malformed, "half-character"),
        ('{"\\udc00": 1}', Malformed, "half-character"),
        ("[" * 200_000, Malformed, "too-deep"),
        ("[" * 100 + "]" * 100, Malformed, "too-deep"),
        ('{"a":' * 100 + "1" + "}" * 100, Malformed, "too-deep"),
        (" " * (LARGEST + 1), Unread, "too-large"),
        (b"\xff\xfe", NotACredential, "not-text"),
        ("{'a': 1}", NotACredential, "not-json"),
        ("", NotACredential, "not-json"),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: Any, kind: type, code: str) -> None:
    with pytest.raises(kind) as refused:
        parse(text)
    assert refused.value.code == code


def test_ordinary_json_is_read() -> None:
    assert parse('{"a": [1, 2.5, true, null, "\\u00e9"]}') == {"a": [1, 2.5, True, None, "é"]}
    assert parse("[" * DEEPEST + "]" * DEEPEST) is not None


def test_words_from_a_document_are_shown_short_and_printable() -> None:
    assert shown("a\x00b\u202ec") == "a?b?c"
    assert len(shown("x" * 500)) == 81


# --- contexts ---


@pytest.mark.parametrize("url", contexts.SHIPPED)
def test_every_pinned_context_is_there_and_fits_both_hashes(url: str) -> None:
    pinned = contexts.LOCK[url]
    read = contexts.document(url)
    assert fingerprint(read) == pinned["sha256_jcs"]
    assert contexts.matching(url, json.dumps(read, indent=1).encode(), {**pinned, "sha256": ""}) == read


def test_a_changed_context_is_refused() -> None:
    changed = json.dumps({**contexts.document(V2), "more": 1}).encode()
    with pytest.raises(Unsupported) as refused:
        contexts.matching(V2, changed, contexts.LOCK[V2])
    assert refused.value.code == "changed-context"
    with pytest.raises(Unsupported):
        contexts.matching(V2, b" " * 2_000_000, contexts.LOCK[V2])


def test_an_unknown_context_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match=r"https://example\.org/ctx"):
        canonical(small("https://example.org/ctx"))


def test_no_two_properties_of_the_pinned_contexts_have_one_meaning() -> None:
    """Otherwise a signed value could be moved under another name that a reader does not look at."""
    vocabulary = Vocabulary()
    top = vocabulary.local(vocabulary.empty, [V2, OB, contexts.OPEN_BADGES_EXTENSIONS, contexts.OWN_TERMS, CLR])
    scopes = [top] + [
        vocabulary.scoped(top, meaning["@context"], of_property=term[0].islower())
        for term, meaning in top["mappings"].items()
        if meaning.get("@context")
    ]
    for scope in scopes:
        names: dict[str, list[str]] = {}
        for term, meaning in scope["mappings"].items():
            if not term[0].isupper():  # a class and a property may share an IRI
                names.setdefault(meaning["@id"], []).append(term)
        doubled = [terms for iri, terms in names.items() if len(terms) > 1]
        assert doubled == []


# --- equal to other canonicalisers ---


def test_our_credential_has_the_same_canonical_form_elsewhere() -> None:
    document = bare(signed())
    document["credentialSubject"]["achievement"]["description"] = "plain"  # PyLD escapes no control characters
    document["credentialSubject"]["achievement"]["descriptionIn"] = {"en": "plain", "de-AT": "schlicht"}
    ours = canonical(document)
    assert ours == pyld_quads(document)
    assert "urn:opencairn:terms:v1:nameIn" in ours
    assert '"schlicht"@de-at' in ours


def nested(**fields: Any) -> dict[str, Any]:
    subject = {"type": ["AchievementSubject"], "achievement": {"id": "urn:a", "type": ["Achievement"], **fields}}
    return small(credentialSubject=subject)


@pytest.mark.parametrize(
    "document",
    [
        bare(status_list()),
        nested(name='é"\\', tag=["a", "b"], creditsAvailable=2.5),
        nested(creditsAvailable=3.0, version="1"),
        nested(creditsAvailable=1e22),
        nested(creditsAvailable=1e-7),
        nested(alignment=[{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://e.example/1"}] * 2),
        nested(resultDescription=[{"id": "urn:r", "type": ["ResultDescription"], "allowedValue": ["b", "a", "b"]}]),
        nested(resultDescription=[{"id": "urn:r", "type": ["ResultDescription"], "allowedValue": []}]),
        nested(image="https://e.example/i.png", related={"id": "urn:other", "type": ["Related"]}),
        nested(name={"@value": "Wasser", "@language": "DE"}, tag=[]),
        nested(description={"@value": "3", "@type": XSD + "integer"}),
        nested(endorsement=[{"@context": [V2, OB], "id": "urn:e", "type": ["VerifiableCredential"], "name": "n"}]),
        small({"rank": {"@id": "urn:own:rank", "@type": XSD + "double"}}, rank=3),
        small({"rank": {"@id": "urn:own:rank", "@container": "@list"}}, rank=[1, 1]),
        small({"says": {"@id": "urn:own:says", "@container": "@language"}}, says={"en": ["a", "b"], "de": "c"}),
        small({"says": {"@id": "urn:own:says", "@container": "@language"}}, says={"@none": ["a"], "de": "c"}),
        small({"says": {"@id": "urn:own:says", "@container": "@language"}}, says="untagged"),
        small({"Thing": "urn:own:Thing"}, evidence={"type": ["Thing"], "id": "urn:t"}),
        small(evidence=[{}, {}]),
        small({"ex": "urn:ex:"}, type=["VerifiableCredential", "ex:Type"], **{"ex:name": "x", "urn:ex:other": 1}),
        small({"@context": {"own": "urn:own:own"}}, own="wrapped once more"),
        small(
            {"own": {"@id": "urn:own:own", "@context": {"deep": {"@id": "urn:own:deep", "@type": "@id"}}}},
            own={"deep": "urn:z"},
        ),
        small(
            {"Own": {"@id": "urn:own:Own", "@context": {"@protected": True, "deep": "urn:own:deep"}}},
            evidence={"type": "Own", "deep": 1.5},
        ),
        small({"own": {"@id": "urn:own:own", "@type": "@json"}}, own={"b": [1, None], "a": "é"}),
        small({"own": {"@id": "urn:own:own", "@type": "@vocab"}}, own=["name", "urn:z"]),
        small({"own": {"@id": "urn:own:own", "@container": ["@graph", "@set"]}}, own=[{"name": "x"}]),
        {
            "@context": [V2, OB],
            "type": "VerifiablePresentation",
            "verifiableCredential": [bare(signed()), {**bare(signed()), "id": "urn:second"}],
        },
        {"@context": V2, "type": "JsonSchema", "id": "urn:s", "jsonSchema": {"b": [1.0, None, "é"], "a": {}}},
    ],
)
def test_documents_of_many_shapes_are_read_as_pyld_reads_them(document: dict[str, Any]) -> None:
    if "verifiableCredential" in document:
        for each in document["verifiableCredential"]:
            each["credentialSubject"]["achievement"].pop("descriptionIn")
            each["credentialSubject"]["achievement"]["description"] = "plain"
    assert canonical(document) == pyld_quads(document)


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<urn:x>"])
QUADS = st.lists(
    st.tuples(
        NODES,
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        st.one_of(NODES, st.just('"v"')),
        st.sampled_from(["", "<urn:g>", "_:g"]),
    ),
    max_size=9,
)


@given(QUADS)
@settings(max_examples=200, deadline=None)
def test_graphs_are_canonicalised_as_a_second_engine_does(quads: list[Quad]) -> None:
    text = "".join(map(line, quads))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert canonicalize(quads) == "".join(sorted(f"{quad} .\n" for quad in dataset))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",))))
@settings(deadline=None)
def test_any_text_is_spelled_as_a_second_engine_spells_it(words: str) -> None:
    ours = canonical(small(name=words))
    theirs = str(
        pyoxigraph.Quad(
            pyoxigraph.NamedNode("urn:x:1"), pyoxigraph.NamedNode("https://schema.org/name"), pyoxigraph.Literal(words)
        )
    )
    assert f"{theirs} .\n" in ours
    assert ours.count("\n") == 2


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_are_spelled_as_pyld_spells_them(value: float) -> None:
    document = small({"n": "urn:own:n"}, n=value)
    assert canonical(document) == pyld_quads(document)


# --- safe mode ---

INLINE = {"own": "urn:own:own"}
UNSAFE: list[tuple[dict[str, Any], type[Objection], str]] = [
    (small(honours="summa"), Unsafe, "undefined-term"),
    (small(type=["VerifiableCredential", "Honours"]), Unsafe, "undefined-type"),
    (small(type=["_:b"]), Unsafe, "undefined-type"),
    (small(type=[1]), Malformed, "type-not-words"),
    (small(id="relative/path"), Unsafe, "not-an-address"),
    (small(id="_:b0"), Unsupported, "blank-node-name"),
    (small(id="urn:x> <urn:y"), Unsafe, "not-an-address"),
    (small(id=5), Unsafe, "not-an-address"),
    (small(issuer="relative"), Unsafe, "not-an-address"),
    (small(issuer=7), Unsafe, "not-an-address"),
    (small(name=None), Unsafe, "null"),
    (small(name=[None]), Unsafe, "null"),
    (small(name=[["a"]]), Unsupported, "unsupported-name"),
    (small(**{"@id": "urn:y"}), Unsafe, "id-twice"),
    (small(**{"@type": "Achievement"}), Unsafe, "type-twice"),
    (small(**{"@graph": []}), Unsupported, "unsupported-name"),
    (small(**{"@included": []}), Unsupported, "unsupported-name"),
    (small(**{"@reverse": {}}), Unsupported, "unsupported-name"),
    (small(**{"https://www.w3.org/2018/credentials#validUntil": "2020"}), Unsafe, "second-name"),
    (small({"c": "https://www.w3.org/2018/credentials#"}, **{"c:validUntil": "2020"}), Unsafe, "second-name"),
    (small(type=["https://www.w3.org/2018/credentials#VerifiableCredential"]), Unsafe, "second-name"),
    (small({"humanCode": "urn:own:nickname"}), Unsafe, "second-name"),
    (small({"o": {"@id": "urn:o", "@context": {"humanCode": "urn:own:nickname"}}}), Unsafe, "second-name"),
    (small({"o": {"@id": "urn:o", "@context": {"until": "https://www.w3.org/2018/credentials#validUntil"}}}), Unsafe, "second-name"),
    (small({"o": {"@id": "urn:o", "@context": {"@vocab": "urn:v:"}}}), Unsupported, "context-trick"),
    (small({"o": {"@id": "urn:o", "@context": V2}}), Unsupported, "context-trick"),
    (small({f"o{n}": {"@id": "urn:o", "@context": {}} for n in range(MOST_SCOPES + 1)}), Unsupported, "context-too-large"),
    (small(*[V2] * MOST_ENTRIES), Unsupported, "context-too-large"),
    (small(name={"@value": "a", "@type": "@id"}), Unsupported, "unsupported-name"),
    (small(**{"@type": "@id"}, type=[]), Unsafe, "type-twice"),
    (small(evidence={"id": "urn:x:1", "name": "hidden"}), Unsafe, "described-twice"),
    (small(name={"@value": "a", "@direction": "rtl"}), Unsupported, "unsupported-name"),
    (small(name={"@value": "a", "@language": "en", "@type": "urn:t"}), Unsupported, "unsupported-name"),
    (small(name={"@value": "a", "@type": "relative"}), Unsupported, "unsupported-name"),
    (small(name={"@value": None}), Unsupported, "unsupported-name"),
    (small(name={"@value": "a", "@language": "no language"}), Unsafe, "bad-language"),
    (small(name={"@value": 1, "@language": "en"}), Unsafe, "bad-language"),
    (small(name={"@list": ["a"]}), Unsupported, "unsupported-name"),
    (small({"@vocab": "urn:v:"}, x=1), Unsupported, "context-trick"),
    (small({"@base": "urn:b:"}), Unsupported, "context-trick"),
    (small({"@import": V2}), Unsupported, "context-trick"),
    (small({"@language": "en"}), Unsupported, "context-trick"),
    (small({"@direction": "rtl"}), Unsupported, "context-trick"),
    (small({"@propagate": False}), Unsupported, "context-trick"),
    (small({"a": {"@reverse": "urn:a"}}), Unsupported, "context-trick"),
    (small({"a": {"@id": "urn:a", "@container": "@index"}}), Unsupported, "context-trick"),
    (small({"a": {"@id": "urn:a", "@type": "@none"}}), Unsupported, "context-trick"),
    (small({"a": {"@id": "urn:a", "@container": [1]}}), Unsupported, "context-trick"),
    (small({"a": {"@id": "urn:a", "@context": []}}), Unsupported, "context-trick"),
    (small({"a": None}), Unsupported, "context-trick"),
    (small({"a:b": "urn:a"}), Unsupported, "context-trick"),
    (small({"": "urn:a"}), Unsupported, "context-trick"),
    (small(None), Unsupported, "context-emptied"),
    (small(7), Unsupported, "context-emptied"),
    (small({f"t{n}": "urn:t" for n in range(MOST_TERMS + 1)}), Unsupported, "context-too-large"),
    (small({"name": "urn:other:name"}), Malformed, "bad-context"),
    (small({"@version": 1.1, "a": "@graph"}), Unsafe, "second-name"),
    (small({"nom": "https://schema.org/name"}, nom="x"), Unsafe, "second-name"),
    (small({"vu": "https://www.w3.org/2018/credentials#validUntil"}), Unsafe, "second-name"),
    (small({"c": "https://www.w3.org/2018/credentials#", "vu": "c:validUntil"}), Unsafe, "second-name"),
    (small({"h": "urn:opencairn:terms:v1:notionalHours"}), Unsafe, "second-name"),
    (small({"a": "relative"}), Malformed, "bad-context"),
    (small({"ex": "urn:ex:"}, issuer="ex:someone"), Unsafe, "not-an-address"),
    (small({"@version": 1.1, "name": "https://schema.org/name"}, description={"@value": "x", "@type": "name"}), Unsupported, "unsupported-name"),
    (small(**{"@fresh": "x"}), Unsupported, "unsupported-name"),
    (small({"n": {"@id": "urn:n", "@type": XSD + "double"}}, n="1.0"), Unsafe, "number-as-words"),
    (small({"n": {"@id": "urn:n", "@container": "@language"}}, n={"en": 5}), Unsafe, "bad-language"),
    (small({"n": {"@id": "urn:n", "@container": "@language"}}, n={"@none": 1}), Unsafe, "bad-language"),
    (small({"n": {"@id": "urn:n", "@container": "@language"}}, n={"en": "x", "noLanguage": []}), Unsafe, "bad-language"),
    (small(evidence=[{"id": f"urn:{n}", "@context": V2} for n in range(MOST_CONTEXTS)]), Unsupported, "too-many-contexts"),
    (small(name=[str(n) for n in range(MOST_QUADS + 1)]), Unsupported, "too-many-statements"),
    (small(evidence=[{"name": str(n)} for n in range(2_100)]), Unsupported, "too-many-blank-nodes"),
    ({"@context": [V2], "id": "urn:x"}, Malformed, "says-nothing"),
    ({"id": "urn:x"}, Malformed, "no-context"),
    ({"@context": [V2], "type": "VerifiablePresentation", "verifiableCredential": "urn:x"}, Unsafe, "says-nothing"),
    ({"@context": [V2], "type": "VerifiablePresentation", "verifiableCredential": {"@context": V2, "id": "urn:x"}}, Unsafe, "says-nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "kind", "code"), UNSAFE, ids=[f"{n}-{case[2]}" for n, case in enumerate(UNSAFE)])
def test_what_would_not_be_signed_or_could_mislead_is_refused(document: Any, kind: type, code: str) -> None:
    with pytest.raises(kind) as refused:
        canonical(document)
    assert refused.value.code == code
    assert refused.value.why.endswith(".")


TRICKS = {
    "@context": {
        "i": {"@id": "urn:i", "@container": "@index"},
        "l": {"@id": "urn:l", "@language": "en"},
        "d": {"@id": "urn:d", "@direction": "rtl"},
        "r": {"@reverse": "urn:r"},
        "n": {"@id": "urn:n", "@context": None},
        "N": {"@id": "urn:N", "@context": None},
        "none": "@none",
        "uid": "@id",
        "kind": "@type",
        "w": {"@id": "urn:w", "@container": "@language"},
        "gone": None,
        "Gone": None,
        "s": {"@id": "urn:s", "@context": {"@language": "de"}},
        "e": {"@id": "urn:e", "@context": {"@direction": "rtl"}},
        "p": "urn:p",
    }
}
TRICKY: list[tuple[dict[str, Any], str]] = [
    *(({name: {"en": "v"}}, "unsupported-name") for name in "ildrw"),
    *(({name: {"p": "v"}}, "unsupported-name") for name in "se"),
    ({"@type": "N", "p": "v"}, "unsupported-name"),
    ({"p": {"uid": "urn:hidden"}}, "unsupported-name"),
    ({"p": {"kind": "urn:Hidden"}}, "unsupported-name"),
    ({"gone": "v"}, "undefined-term"),
    ({"@type": "Gone"}, "undefined-type"),
]


@pytest.mark.parametrize(("fields", "code"), TRICKY)
def test_a_trick_inside_a_pinned_context_is_refused_too(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Objection) as refused:
        to_quads({"@context": "urn:tricks", "@id": "urn:x", **fields}, vocabulary=Vocabulary(lambda url: TRICKS))
    assert refused.value.code == code


def test_where_a_well_known_context_has_two_names_only_the_one_that_is_read_is_followed() -> None:
    expires = {"@id": "https://w3id.org/security#expiration"}
    both = {"@context": {"expires": expires, "expiration": expires}}
    document = {"@context": "urn:both", "@id": "urn:x", "expires": "2026"}
    assert "expiration" in canonicalize(to_quads(document, vocabulary=Vocabulary(lambda url: both)))
    document["expiration"] = document.pop("expires")
    with pytest.raises(Unsafe) as refused:
        to_quads(document, vocabulary=Vocabulary(lambda url: both))
    assert refused.value.code == "second-name"


def test_where_a_pinned_context_has_a_vocabulary_every_word_has_a_meaning() -> None:
    words = {"@context": {"@vocab": "urn:v:", "kind": {"@id": "urn:kind", "@type": "@vocab"}}}
    document = {"@context": "urn:words", "@id": "urn:x", "@type": "Stone", "weight": 2, "kind": "azurite"}
    assert canonicalize(to_quads(document, vocabulary=Vocabulary(lambda url: words))) == (
        "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:v:Stone> .\n"
        "<urn:x> <urn:kind> <urn:v:azurite> .\n"
        '<urn:x> <urn:v:weight> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )


def test_refusals_name_the_term() -> None:
    with pytest.raises(Unsafe, match="“honours”"):
        canonical(small(honours="summa"))


def test_an_inline_context_may_add_names_and_repeat_known_ones() -> None:
    own = {
        "@version": 1.1,
        "own": {"@id": "urn:own:own", "@type": "@id"},
        "name": "https://schema.org/name",
        "id": "@id",
    }
    assert "<urn:own:own> <urn:z>" in canonical(small(own, own="urn:z", name="n"))


def test_a_value_that_is_no_value_is_refused() -> None:
    with pytest.raises(Malformed):
        number(b"", None)


def test_canonical_json_is_rfc_8785() -> None:
    assert canonical_json({"b": 1.0, "a": "\u20ac"}) == '{"a":"€","b":1}'.encode()
    assert canonical_json([1e21]) == rfc8785.dumps([1e21])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(":ab", max_size=3), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.integers(0, 400),
    st.text('{}[]:,"\\\\ue0123456789', max_size=3),
)
@settings(max_examples=1500, deadline=None)
def test_the_fast_reader_reads_or_leaves_what_the_slow_one_reads(
    value: Any, indent: int | None, is_ascii: bool, place: int, noise: str
) -> None:
    """Whole documents and ones with something typed into them: equal values of equal types, or left to be judged."""
    written = json.dumps({"a": value}, indent=indent, ensure_ascii=is_ascii)
    for text in (written, written[:place] + noise + written[place:]):
        found = strict_json._beyond_doubt(text)
        if found is not None:
            assert repr(found) == repr(strict_json._judged(text))


@pytest.mark.parametrize("levels", [62, 63, 64, 65, 66])
@pytest.mark.parametrize("core", ["1", "{}", '{"a":1}', "[]", "[1]"])
def test_the_fast_reader_stops_no_later_than_the_slow_one(levels: int, core: str) -> None:
    text = '{"a":' * levels + core + "}" * levels
    try:
        slow = strict_json._judged(text)
    except Malformed:
        slow = None
    assert strict_json._beyond_doubt(text) in (slow, None)
    assert slow is None or parse(text) == slow
