"""docs/openapi.yaml, and whether an answer keeps to it."""

import functools
import json
import re

import jsonschema
import yaml

from harness.server import ROOT

PATH = ROOT / "docs/openapi.yaml"


@functools.cache
def document():
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def operations():
    """(method, path) of every route, as (GET, /v1/models/{model})."""
    methods = {"get", "head", "post", "put", "delete", "patch"}
    return {(method.upper(), path) for path, item in document()["paths"].items()
            for method in item if method in methods}


@functools.cache
def _validator(pointer):
    """Of the schema at a place in the document, given by the keys on the way."""
    schema = document()
    for key in pointer:
        schema = schema[key]
    return jsonschema.Draft202012Validator(schema | {"components": document()["components"]})


def check_schema(name, value):
    """Whether a value is what #/components/schemas/`name` says."""
    _validator(("components", "schemas", name)).validate(value)


def _item_of(path):
    for template in document()["paths"]:
        # A name in a path may have slashes of its own, when they are encoded or not.
        if re.fullmatch(re.sub(r"\\{\w+\\}|\{\w+\}", ".+", template), path):
            return template
    return None


def _objects(kind, text):
    if kind == "application/x-ndjson":
        return [json.loads(line) for line in text.splitlines()]
    data = [event.rpartition("data: ")[2] for event in text.split("\n\n") if event]
    return [piece if piece == "[DONE]" else json.loads(piece) for piece in data]


def check(response):
    """Checks a complete answer of the server. Paths that are not in the document are none of it."""
    method, path = response.request.method, response.url.path
    template = _item_of(path)
    operation = document()["paths"].get(template, {}).get(method.lower())
    if operation is None:
        return
    place = ["paths", template, method.lower(), "responses"]
    described = operation["responses"]
    status = str(response.status_code)
    place.append(status if status in described else "default")
    assert place[-1] in described, f"{method} {path} answers {status}, which is not in {PATH.name}"
    answer = described[place[-1]]
    if "$ref" in answer:
        place = answer["$ref"].removeprefix("#/").split("/")
        answer = document()["components"]["responses"][place[-1]]
    kind = response.headers.get("content-type", "").partition(";")[0]
    content = answer.get("content", {})
    if not content:
        assert response.text == "", f"{method} {path} has a body that is not in {PATH.name}"
        return
    assert kind in content, f"{method} {path} answers with {kind}, which is not in {PATH.name}"
    if kind == "application/json":
        _validator((*place, "content", kind, "schema")).validate(response.json())
    elif "x-each" in content[kind]:
        validator = _validator((*place, "content", kind, "x-each"))
        for value in _objects(kind, response.text):
            validator.validate(value)
