"""Answers bound to a JSON schema: valid under a validator that is not ours, or refused."""

import json

import jsonschema
import pytest

from harness import npu
from harness.api import Api
from harness.npu import Card
from harness.server import ROOT

SCHEMAS = json.loads((ROOT / "tests/data/schemas.json").read_text())
QUESTION = [{"role": "user", "content": "Answer in JSON: what is the capital of Italy?"}]
SEEDS = (1, 2, 3)

REFUSED = {
    "not": {"type": "object", "properties": {"a": {"not": {"type": "null"}}}},
    "if": {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
    "patternProperties": {"type": "object", "patternProperties": {"^x-": {"type": "string"}}},
    "propertyNames": {"type": "object", "propertyNames": {"maxLength": 3}},
    "dependentRequired": {"type": "object", "dependentRequired": {"a": ["b"]}},
    "minProperties": {"type": "object", "minProperties": 2},
    "uniqueItems": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
    "contains": {"type": "array", "contains": {"const": 1}},
    "multipleOf": {"type": "integer", "multipleOf": 3},
    "maximum": {"type": "number", "maximum": 0.25},
    "pattern": {"type": "string", "pattern": "^(?!a)[a-z]+$"},
    "maxLength": {"type": "string", "pattern": "^a+$", "maxLength": 3},
    "format": {"type": "string", "format": "json-pointer"},
    "oneOf": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    "$ref": {"$ref": "https://example.org/other.json"},
    "allOf": {"allOf": [{"pattern": "a"}, {"pattern": "b"}]},
    "type": {"type": "text"},
    "required": {"type": "object", "required": ["a"], "additionalProperties": False},
}


def problems(api, model, cases):
    """(schema, answer, why) of each answer that is not valid; and how many were cut short."""
    found, cut = [], 0
    for number, seed in cases:
        schema = SCHEMAS[number]
        answer = api.chat(QUESTION, model, format=schema, think=False,
                          options={"seed": seed, "temperature": 1, "num_predict": 400})
        if answer["done_reason"] == "length":
            cut += 1
            continue
        text = answer["message"]["content"]
        try:
            jsonschema.Draft202012Validator(
                schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            ).validate(json.loads(text))
        except (ValueError, jsonschema.ValidationError) as error:
            found.append((schema, text, str(error).splitlines()[0]))
    return found, cut


def test_there_are_a_hundred_good_schemas():
    assert len(SCHEMAS) >= 100
    for schema in SCHEMAS:
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_answer_is_valid(api, seed):
    found, cut = problems(api, "sprout", [(number, seed) for number in range(len(SCHEMAS))])
    assert found == []
    assert cut <= len(SCHEMAS) // 10


@pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)
def test_every_answer_of_the_npu_is_valid(make_server, tmp_path):
    server = make_server(**Card(tmp_path).env)
    npu.create(server, "npu", npu.pack(tmp_path / "packed"))
    api = Api(server.url)
    found, cut = problems(api, "npu", [(number, 1) for number in range(0, len(SCHEMAS), 3)])
    api.close()
    assert found == []
    assert cut <= len(SCHEMAS) // 30


@pytest.mark.parametrize("keyword", REFUSED)
def test_what_no_grammar_can_promise_is_refused_by_name(api, keyword):
    schema = {"type": "object", "properties": {"deep": REFUSED[keyword]}}
    native = api.post("/api/chat", {"model": "sprout", "messages": QUESTION, "format": schema})
    assert native.status_code == 400
    assert f'"{keyword}" at #/properties/deep' in native.json()["error"]
    openai = api.post("/v1/chat/completions", {
        "model": "sprout", "messages": QUESTION, "response_format": {
            "type": "json_schema", "json_schema": {"name": "x", "schema": schema}}})
    assert openai.status_code == 400
    assert f'"{keyword}" at #/properties/deep' in openai.json()["error"]["message"]
