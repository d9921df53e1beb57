"""The neutral award: what is written as JSON is read back, and what is not exactly of that form is refused by path."""

import json
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from opencairn.engine import award, model
from opencairn.engine.canonical import parse
from opencairn.engine.formats import open_badge_3
from opencairn.engine.losses import FILLED
from opencairn.engine.meanings import MEANINGS
from opencairn.engine.model import Attainment, LearnerRecord, Skill
from opencairn.engine.objections import Malformed
from tests.engine.attainments import ATTAINMENTS
from tests.engine.test_clr_2 import RECORD


def through_text(stated: Any) -> Any:
    return parse(json.dumps(award.to_json(stated)))


@given(ATTAINMENTS)
@settings(deadline=None, max_examples=60)
def test_every_attainment_comes_back_from_json(attainment: Attainment) -> None:
    assert award.from_json(through_text(attainment)) == attainment


def test_an_attainment_that_states_everything_and_a_record_come_back() -> None:
    assert award.from_json(through_text(FILLED)) == FILLED
    assert award.from_json(through_text(RECORD), LearnerRecord) == RECORD


def test_what_is_not_stated_is_left_out() -> None:
    assert award.to_json(Skill("urn:s", "swim")) == {"uri": "urn:s", "label": "swim"}
    assert "valid_until" in award.to_json(FILLED)
    assert award.to_json(FILLED)["valid_until"] == "2029-03-02T09:00:00Z"


def test_an_award_can_be_issued_as_it_was_read() -> None:
    read = award.from_json(through_text(FILLED))
    assert open_badge_3.write(read) == open_badge_3.write(FILLED)


def changed(path: tuple[Any, ...], value: Any) -> Any:
    document: Any = award.to_json(FILLED)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "code", "said"),
    [
        (("honours",), "x", "award-unknown", "“honours” is nothing"),
        (("issuer", "phone"), "x", "award-unknown", "“issuer.phone” is nothing"),
        (("id",), None, "award-missing", "does not state “id”"),
        (("achievement", "outcomes", 1, "id"), None, "award-missing", "“achievement.outcomes[1].id”"),
        (("id",), 5, "award-kind", "“id” must be words"),
        (("prior_learning",), 1, "award-kind", "must be true or false"),
        (("achievement", "hours"), True, "award-kind", "“achievement.hours” must be a whole number"),
        (("achievement", "hours"), 60.0, "award-kind", "must be a whole number"),
        (("achievement", "ects"), "2.5", "award-kind", "must be a number"),
        (("achievement", "ects"), True, "award-kind", "must be a number"),
        (("awarded_on",), "2026-3-1", "award-kind", "must be a day"),
        (("awarded_on",), "20260301", "award-kind", "must be a day"),
        (("awarded_on",), 5, "award-kind", "must be a day"),
        (("valid_from",), "2026-03-01", "award-kind", "must be an instant"),
        (("valid_from",), 5, "award-kind", "must be an instant"),
        (("issuer",), "did:web:x", "award-kind", "“issuer” must be an object"),
        (("evidence",), {}, "award-kind", "“evidence” must be a list"),
        (("achievement", "name"), "Water", "award-kind", "“achievement.name” must be an object"),
        (("achievement", "name"), {"en": 5}, "award-kind", "“achievement.name.en” must be words under"),
        (("achievement", "name"), {"": "x"}, "award-kind", "must be words under"),
        (("achievement", "related", 0, "kind"), "near", "award-kind", "must be one of part-of, leads-to"),
        (("achievement", "related", 0, "kind"), ["part-of"], "award-kind", "must be one of"),
    ],
)
def test_what_is_not_of_the_form_is_refused_by_path(path: tuple[Any, ...], value: Any, code: str, said: str) -> None:
    with pytest.raises(Malformed) as refused:
        award.from_json(changed(path, value))
    assert refused.value.code == code
    assert said in refused.value.why


def test_something_that_is_no_object_is_no_award() -> None:
    with pytest.raises(Malformed, match="“the award” must be an object"):
        award.from_json([])


def test_instants_keep_their_fractions_and_credits_their_size() -> None:
    precise = model.Attainment(
        **{
            **{f.name: getattr(FILLED, f.name) for f in fields(FILLED)},
            "valid_from": FILLED.valid_from + timedelta(microseconds=5),
        }
    )
    assert award.from_json(through_text(precise)).valid_from == precise.valid_from
    assert award.to_json(FILLED)["achievement"]["ects"] == 2.5
    assert award.from_json(changed(("achievement", "ects"), 3)).achievement.ects == Decimal(3)


# --- the schema ---


def test_every_field_of_the_model_has_a_meaning() -> None:
    parts = {each for each in vars(model).values() if isinstance(each, type) and is_dataclass(each)}
    assert set(MEANINGS) == parts
    for part in parts:
        assert list(MEANINGS[part]) == [each.name for each in fields(part)], part
        assert all(meaning and not meaning.endswith(".") for meaning in MEANINGS[part].values())


@pytest.mark.parametrize("of", [Attainment, LearnerRecord])
def test_the_schema_describes_each_field_once_and_allows_nothing_else(of: type) -> None:
    schema = award.schema(of)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert set(part["required"]) <= set(part["properties"])
        assert all(each["description"] for each in part["properties"].values())
    references = {each for each in json.dumps(schema).split('"') if each.startswith("#/$defs/")}
    assert references == {f"#/$defs/{name}" for name in schema["$defs"]}


def fits(schema: dict[str, Any], whole: dict[str, Any], value: Any) -> bool:
    """Whether a value fits a schema, by the few words that the award's schema uses."""
    if "$ref" in schema:
        return fits(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, value)
    if "enum" in schema:
        return value in schema["enum"]
    kinds = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list, "object": dict}
    if not isinstance(value, kinds[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return False
    if schema["type"] == "array":
        return all(fits(schema["items"], whole, each) for each in value)
    if schema["type"] != "object":
        return True
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is False and not set(value) <= set(properties):
        return False
    if isinstance(schema.get("additionalProperties"), dict):
        return all(fits(schema["additionalProperties"], whole, each) for each in value.values())
    return set(schema.get("required", ())) <= set(value) and all(
        fits(properties[name], whole, each) for name, each in (value.items() if properties else ())
    )


def test_the_schema_accepts_what_is_read_and_refuses_what_is_not() -> None:
    schema = award.schema()
    assert fits(schema, schema, award.to_json(FILLED))
    assert not fits(schema, schema, changed(("honours",), "x"))
    assert not fits(schema, schema, changed(("id",), None))
    assert not fits(schema, schema, changed(("achievement", "hours"), True))
    assert not fits(schema, schema, changed(("achievement", "name"), {"en": 5}))
    assert not fits(schema, schema, changed(("achievement", "related", 0, "kind"), "near"))
