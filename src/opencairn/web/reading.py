"""The description of the API, arranged for a person who reads: operations under headings, and the data dictionary."""

from typing import Any

from opencairn.web.door import ROOT

Facts = dict[str, Any]
NOT_LISTED = ("Problem", "ProgrammePage", "RunPage", "ProviderPage", "SkillPage", "ChangePage", "Suggestions")


def page(described: Facts) -> Facts:
    """Everything the page says: the operations in groups, and every kind of record with its fields."""
    groups: dict[str, list[Facts]] = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append(_operation(path, method, operation))
    schemas = described["components"]["schemas"]
    records = [
        {"name": name, "said": schema.get("description", ""), "fields": _fields(schema)}
        for name, schema in sorted(schemas.items())
        if name not in NOT_LISTED and "properties" in schema
    ]
    return {"info": described["info"], "groups": list(groups.items()), "records": records, "root": ROOT}


def _operation(path: str, method: str, operation: Facts) -> Facts:
    return {
        "path": path,
        "method": method.upper(),
        "summary": operation.get("summary", ""),
        "said": " ".join(operation.get("description", "").split()),
        "parameters": [
            {"name": one["name"], "said": one.get("description", ""), "kind": kind(one["schema"])}
            for one in operation.get("parameters", ())
            if one["in"] == "query"
        ],
        "try": path if method == "get" and "{" not in path else "",
    }


def _fields(schema: Facts) -> list[Facts]:
    return [
        {"name": name, "kind": kind(each), "said": each.get("description", "")}
        for name, each in schema["properties"].items()
    ]


def kind(schema: Facts) -> str:
    """A type in few words, such as "number or null"."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind(each) for each in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema or "const" in schema:
        return ", ".join(f"“{each}”" for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return "text by language"
    plain = str(schema.get("type", "anything"))
    return {"string": "text", "integer": "whole number"}.get(plain, plain)
