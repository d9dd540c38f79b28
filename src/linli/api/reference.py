"""The reference page of the API, written from its own description: ``python -m linli.api.reference`` prints it."""

from typing import Any

HEAD = """# The API

Generated from the API's description (OpenAPI 3.1.0, at `/api/v1/openapi.json`) by `python -m linli.api.reference`.

A program calls with `Authorization: Bearer KEY`; an account makes its keys on the page of its programs, where one of
its roles takes a second factor: desk, street, district, city and the other offices. A key then opens all that the
account may do. So a work unit's liaison who comes in by a QR has no key; an account that is liaison and holds such a
role too has one.

What lies under `/me` is one's own. A phone that somebody signed up on, or came in on by a code, calls there by its own
cookie (`linli_device`) from a page of this address, and writes with the token of its forms in `X-CSRFToken`. A key
reads there for the person who has said that they work under its account, and writes only that a notice was opened.

Names and phones come masked and one person at a time, even to whoever sent them; lists hold numbers and counts. What is
sent as a list is taken whole or not at all: `rows_refused` says of each wrong row which, where and why. The roles are
those of [roles.md](roles.md); a record outside the account's area answers 404, as if it did not exist. Every failure
has one shape, its codes are in [errors.md](errors.md), and its sentence is in the language of `Accept-Language`:

```json
{"error": {"code": "not_found", "message": "There is nothing here, or it is not yours to see.", "facts": {}}}
```

Moments are ISO 8601 with their time zone. `synthetic` marks an answer from a made-up city.
"""
_SHAPES = "#/components/schemas/"


def page() -> str:
    """The whole page, in Markdown."""
    from linli.access.permit import rule_of
    from linli.api.urls import api

    described = api.get_openapi_schema()
    rules = {
        (method.lower(), f"/api/v1{path}"): rule_of(operation.view_func)
        for _, router in api._routers
        for path, at in router.path_operations.items()
        for operation in at.operations
        for method in operation.methods
    }
    told = [HEAD]
    for path, ways in described["paths"].items():
        for method, operation in ways.items():
            rule = rules[method, path]
            whom = ["the phone itself"] if rule is not None and rule.device else []
            whom += [f"`{role}`" for role in (rule.roles if rule is not None else ())]
            told.append(_operation(method, path, operation, whom))
    told.append("## Shapes\n")
    told += [_shape(name, shape) for name, shape in sorted(described["components"]["schemas"].items())]
    return "\n".join(told)


def _operation(method: str, path: str, operation: dict[str, Any], whom: list[str]) -> str:
    lines = [f"## {method.upper()} {path}\n", operation["description"].strip() + "\n"]
    lines.append("- For: " + ", ".join(whom) + ".")
    if "requestBody" in operation:
        lines.append(f"- Takes: {_kind(operation['requestBody']['content']['application/json']['schema'])}.")
    for status, answer in operation["responses"].items():
        if int(status) < 400:
            lines.append(f"- Answers {status}: {_kind(answer['content']['application/json']['schema'])}.")
    failures = ", ".join(str(status) for status in sorted(operation["responses"]) if int(status) >= 400)
    lines.append(f"- Or fails with {failures}.\n")
    return "\n".join(lines)


def _shape(name: str, shape: dict[str, Any]) -> str:
    lines = [f"### {name}\n"]
    if said := shape.get("description"):
        lines.append(" ".join(said.split()) + "\n")
    lines += ["| field | kind | |", "|---|---|---|"]
    for field, value in shape["properties"].items():
        said = value.get("description", "")
        if field not in shape.get("required", ()):
            said = f"{said}; may be left out".lstrip("; ")
        lines.append(f"| `{field}` | {_kind(value)} | {said} |")
    return "\n".join(lines) + "\n"


def _kind(value: dict[str, Any]) -> str:
    """One schema in words."""
    if "$ref" in value:
        name = value["$ref"].removeprefix(_SHAPES)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(_kind(each) for each in value["anyOf"])
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    return str(value.get("format") or value.get("type") or "anything")


if __name__ == "__main__":
    import django

    django.setup()
    print(page(), end="")
