"""The open API: every answer is as described, nothing a stranger sends breaks it, and what all answers have in common."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from opencairn.people.models import Organisation
from opencairn.programmes import actions as programmes
from opencairn.programmes.formats import FORMATS
from opencairn.skills.models import Skill, Taxonomy
from opencairn.web.api import api
from opencairn.web.demo.cast import Cast
from tests import make

ROOT = "/api/v1"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return json.loads(json.dumps(api.get_openapi_schema()))


@pytest.fixture
def catalogue(cast: Cast, tmp_path, monkeypatch) -> Client:
    """Three programmes, one of them a listing, one withdrawn; a skill; a dump."""
    monkeypatch.setattr(settings, "VAR", tmp_path)
    water = make.programme(cast.provider)
    make.version(water)
    make.offering(water)
    listed = make.programme(cast.provider, "soil", source="mslearn", source_id="soil-1")
    make.version(listed, title={"de": "Böden lesen"}, published_as="listing", awarding_body=None, ects=None)
    gone = make.programme(cast.provider, "gone")
    make.version(gone)
    taxonomy = Taxonomy.objects.create(
        key="esco", version="1.2", name="ESCO", languages=["en"], imported_at=make.AT, added_to_at=make.AT, current_since=make.AT
    )  # fmt: skip
    Skill.objects.create(
        taxonomy=taxonomy, uri="http://data.europa.eu/esco/skill/abcd", labels={"en": "test water samples"}
    )
    programmes.withdraw(gone, reason="Nobody came.", by=cast.manager, at=make.AT)
    programmes.write_dump(at=make.AT)
    return Client()


def answers(described: dict[str, Any], path: str, method: str = "get") -> Callable[[Any, int], None]:
    """A function that says whether an answer is as the description of a path has it."""
    responses = described["paths"][path][method]["responses"]

    def check(data: Any, status: int) -> None:
        found = responses.get(str(status)) or responses["4XX"]
        schema = next(iter(found["content"].values()))["schema"]
        jsonschema_rs.validator_for({**schema, "components": described["components"]}).validate(data)

    return check


ASKED = [
    ("/programmes", ["", "?limit=1", "?provider=hochschule-tarntal&kind=listing", "?kind=x", "?provider=%00", "?cursor=x", "?limit=0", "?nonsense=1"]),
    ("/programmes/{slug}", ["water-quality", "soil", "gone", "nothing"]),
    ("/offerings", ["", "?programme=water-quality", "?starts_from=2026-01-01&starts_until=2027-01-01", "?starts_from=2026-13-01"]),
    ("/providers", ["", "?country=de", "?cursor=zzz", "?limit=x"]),
    ("/providers/{slug}", ["hochschule-tarntal", "nobody"]),
    ("/changes", ["", "?limit=1", "?cursor=abcd.1", "?cursor=no"]),
    ("/dump", [""]),
    ("/search", ["", "?q=water&sort=title", "?level=6&mode=blended", "?level=99", "?sort=x", "?page=2", "?q=" + "x" * 201, "?cursor=x"]),
    ("/suggest", ["?q=wa", ""]),
    ("/skills", ["", "?q=water", "?taxonomy=esco", "?taxonomy=x", "?uri=http://data.europa.eu/esco/skill/abcd", "?cursor=-1"]),
]  # fmt: skip


def test_every_answer_is_as_its_description_says(catalogue: Client, described) -> None:
    asked = 0
    known = [ROOT + path for path, _variants in ASKED]
    others = [
        path for path, ways in described["paths"].items() if "get" in ways and "{" not in path and path not in known
    ]
    for path, variants in [*ASKED, *((path.removeprefix(ROOT), [""]) for path in others)]:
        check = answers(described, ROOT + path)
        for variant in variants:
            where = ROOT + (path.replace("{slug}", variant) if "{slug}" in path else path + variant)
            response = catalogue.get(where)
            assert response.status_code < 500, where
            kind = "application/json" if response.status_code < 400 else "application/problem+json"
            assert response["Content-Type"] == kind, where
            check(response.json(), response.status_code)
            asked += response.status_code == 200
    assert asked > 20


def test_the_description_is_openapi_3_1_and_names_every_field(described, client: Client, db) -> None:
    assert client.get(f"{ROOT}/openapi.json").json()["openapi"].startswith("3.1")
    for name, schema in described["components"]["schemas"].items():
        jsonschema_rs.validator_for({**schema, "components": described["components"]})
        for field, facts in schema.get("properties", {}).items():
            assert facts.get("description") or "$ref" in facts, f"{name}.{field} has no description"


def test_refusals_say_what_to_do(catalogue: Client) -> None:
    said = {
        "/search?levle=6": (422, "There is no parameter “levle” here. Known are: q, "),
        "/search?level=99": (422, "“99” means nothing here as"),
        "/programmes/gone": (410, "This programme was withdrawn: Nobody came."),
        "/programmes?limit=201": (422, "from 1 to 200"),
        "/changes?cursor=abcd.7": (410, "Take the dump again"),
        "/dump/programmes-2026-01-01T000000Z.jsonl.gz": (404, "see /api/v1/dump"),
        "/dump/manifest.json": (404, "see /api/v1/dump"),
        "/programmes/water-quality.docx": (422, "Known are: json, "),
        "/nowhere": (404, "nothing at this address"),
    }
    for path, (status, words) in said.items():
        response = catalogue.get(ROOT + path)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), path
        assert words in response.json()["title"], path
    assert catalogue.get(f"{ROOT}/programmes/water-quality", headers={"Accept": "image/png"}).status_code == 406
    assert catalogue.post(f"{ROOT}/programmes").json()["title"] == "This address is only for GET."


def test_what_every_answer_has_in_common(catalogue: Client, monkeypatch) -> None:
    first = catalogue.get(f"{ROOT}/programmes/water-quality", headers={"Cookie": "django_language=de; sessionid=x"})
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first
    assert "Cookie" not in first["Vary"]
    again = catalogue.get(f"{ROOT}/programmes/water-quality", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Organisation.objects.update(country="PT")  # the record says it, and no day of the programme tells
    since = {"If-Modified-Since": first.get("Last-Modified", "Mon, 02 Mar 2026 09:00:00 GMT")}
    assert catalogue.get(f"{ROOT}/programmes/water-quality", headers=since).status_code == 200
    known = {"If-None-Match": first["ETag"]}
    assert catalogue.get(f"{ROOT}/programmes/water-quality", headers=known).status_code == 200
    head = catalogue.head(f"{ROOT}/search?q=water")
    assert (head.status_code, head.content, int(head["Content-Length"]) > 100) == (200, b"", True)
    asked = catalogue.options(f"{ROOT}/search")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 1)
    refused = catalogue.get(f"{ROOT}/programmes")
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Access-Control-Allow-Origin"] == "*"


def test_one_programme_in_every_format(catalogue: Client) -> None:
    plain = catalogue.get(f"{ROOT}/programmes/water-quality").json()
    assert plain == catalogue.get(f"{ROOT}/programmes/water-quality.json").json()
    assert plain["price_support"] == {}
    assert plain["offerings"][0]["price"] == "320.00"
    written = 0
    for form in FORMATS:
        by_suffix = catalogue.get(f"{ROOT}/programmes/water-quality{form.suffix}")
        assert by_suffix.status_code in {200, 406}, form.key
        if by_suffix.status_code == 200:
            written += 1
            assert by_suffix["Content-Type"].startswith(form.media_type)
            assert b"Water quality" in by_suffix.content
        else:
            assert by_suffix.json()["title"]
    assert written >= 4
    preferred = catalogue.get(f"{ROOT}/programmes/water-quality", headers={"Accept": "text/csv, */*;q=0.1"})
    assert preferred["Content-Type"].startswith("text/csv")
    assert "Accept" in preferred["Vary"]


def test_the_file_of_the_dump_is_what_its_manifest_says(catalogue: Client) -> None:
    manifest = catalogue.get(f"{ROOT}/dump").json()
    response = catalogue.get(f"{ROOT}/dump/{manifest['name']}")
    content = b"".join(response.streaming_content)
    assert (len(content), sha256(content).hexdigest()) == (manifest["bytes"], manifest["sha256"])
    lines = [json.loads(line) for line in gzip.decompress(content).splitlines()]
    assert (len(lines), manifest["count"]) == (2, 2)
    assert {line["slug"] for line in lines} == {"water-quality", "soil"}
    same = catalogue.get(f"{ROOT}/dump/{manifest['name']}", headers={"If-None-Match": response["ETag"]})
    assert same.status_code == 304


PARAMETERS = st.dictionaries(
    st.sampled_from([
        "q", "sort", "page", "cursor", "limit", "level", "language", "provider", "kind", "price", "skill", "start", "country",
        "starts_from", "starts_until", "programme", "taxonomy", "uri", "x",
    ]),
    st.one_of(
        st.text(max_size=30), st.integers().map(str), st.just("0.water-quality"), st.dates().map(str),
        st.sampled_from(["\x00", "9" * 400, "-1", "%00", "' OR 1=1 --", "null", "\ud7ff", "1e9", "٣", "best", "micro-credential"]),
    ),
    max_size=4,
)  # fmt: skip


@given(
    path=st.sampled_from([path for path, _variants in ASKED]),
    parameters=PARAMETERS,
    slug=st.text("ab-.%/\x00é", max_size=8),
)
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_that_is_sent_breaks_it(catalogue: Client, described, path: str, parameters, slug: str) -> None:
    response = catalogue.get(ROOT + path.replace("{slug}", slug or "x"), parameters)
    assert response.status_code < 500
    if response.status_code != 304 and response["Content-Type"].endswith("json") and "{" not in path:
        answers(described, ROOT + path)(response.json(), response.status_code)


def test_the_page_about_the_api_names_every_address_and_field(client: Client, described, db) -> None:
    page = client.get("/api/").content.decode()
    assert [path for path in described["paths"] if path not in page] == []
    assert "stackability" in page
    assert "<script>" not in page
