"""The API's description of itself, and the page written from it."""

from pathlib import Path

from django.test import Client
from ninja import Schema

from linli.api.reference import page
from linli.api.urls import api

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md"


def test_the_description_is_openapi_3_1():
    assert api.get_openapi_schema()["openapi"] == "3.1.0"


def test_anybody_reads_the_description_and_no_page_loads_anything_from_elsewhere(db):
    reply = Client().get("/api/v1/openapi.json")
    assert (reply.status_code, reply.json()["openapi"]) == (200, "3.1.0")
    assert Client().get("/api/v1/docs").status_code == 404


def test_every_operation_says_what_it_does_and_how_it_fails():
    for path, ways in api.get_openapi_schema()["paths"].items():
        for method, operation in ways.items():
            assert operation["description"].strip(), (method, path)
            failures = {status: how for status, how in operation["responses"].items() if int(status) >= 400}
            assert {401, 403, 404, 422} <= {int(status) for status in failures}
            for answer in failures.values():
                assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")


def test_no_two_shapes_have_one_name():
    """The description knows a shape by its name alone: of two, it would describe one as the other."""
    found, waiting = [], [Schema]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found += [each.__name__ for each in below if each.__module__.startswith("linli.api")]
    assert sorted(set(found)) == sorted(found)


def test_the_reference_page_is_what_the_description_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m linli.api.reference > docs/reference/api.md"
