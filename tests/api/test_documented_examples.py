"""The requests of Ollama's documentation of its API, and what must come back: the same fields, of
the same types, with the same status. tests/data/ollama_examples.json has them in words of our own."""

import json
import re

import pytest

from harness.api import Api
from harness.docker_registry import PROGRAM, DockerRegistry
from harness.models import digest_of
from harness.server import ROOT

EXAMPLES = json.loads((ROOT / "tests/data/ollama_examples.json").read_text())
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
KINDS = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, str) and TIME.fullmatch(value),
    "numbers": lambda value: value and all(KINDS["number"](one) for one in value),
    "strings": lambda value: value and all(isinstance(one, str) for one in value),
    "json": lambda value: isinstance(json.loads(value), dict),
}


CONTENTS = {"$TEXT": b"a file of a model", "$OTHER": b"another",
            "$GGUF": (ROOT / "models/sprout/sprout-q8_0.gguf").read_bytes()}


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Its host and port; nothing where no registry is installed."""
    if PROGRAM is None:
        yield None
        return
    registry = DockerRegistry(tmp_path_factory.mktemp("registry"))
    yield registry.name
    registry.close()


@pytest.fixture(scope="module")
def native(shared_server, registry):
    """One server for all, in the order of the document: later examples use what earlier ones made."""
    api = Api(shared_server.url)
    yield api
    for name in "mario", "my-gguf-model", f"{registry}/me/mario":
        api.delete("/api/delete", {"model": name})
    api.close()


def filled(example, registry):
    """With digests of files and the registry's place in it."""
    text = json.dumps({key: value for key, value in example.items() if key != "content"})
    for name, content in CONTENTS.items():
        text = text.replace(name, digest_of(content))
    return json.loads(text.replace("$REGISTRY", registry or ""))


def check(wanted, seen, where=""):
    """Of a list that is wanted, each entry is there in its place; what else is seen may be."""
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            assert key in seen, f"{where}.{key} is missing in {seen}"
            check(value, seen[key], f"{where}.{key}")
    elif isinstance(wanted, list):
        assert isinstance(seen, list) and len(seen) >= len(wanted), where
        for number, value in enumerate(wanted):
            check(value, seen[number], f"{where}[{number}]")
    elif isinstance(wanted, str) and wanted in KINDS:
        assert KINDS[wanted](seen), f"{where} is no {wanted}: {seen!r}"
    else:
        assert seen == wanted, where


def is_like(wanted, seen):
    try:
        check(wanted, seen)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_an_example_is_answered_as_documented(native, registry, example):
    if example.get("needs") == "registry" and registry is None:
        pytest.skip("docker-registry is not installed")
    content = CONTENTS.get(example.get("content"))
    example = filled(example, registry)

    def ask():
        return native.http.request(example.get("method", "POST"), example["path"],
                                   json=example.get("body"), content=content)

    answer = ask()
    status = example.get("status", 200)
    assert answer.status_code in (status, example.get("or", status)), answer.text
    if example.get("empty"):
        assert answer.content == b""
    if "lines" in example or "last" in example:
        assert answer.headers["content-type"] == "application/x-ndjson"
        *lines, last = [json.loads(line) for line in answer.text.splitlines()]
        assert lines
        for line in lines:
            check(example.get("lines", {}), line)
        check(example["last"], last)
        assert "some" not in example or any(is_like(example["some"], line) for line in lines)
    if "answer" in example:
        seen = answer.json()
        check(example["answer"], seen)
        assert not [key for key in example.get("without", []) if key in seen]
        if example.get("twice"):
            assert ask().json()["response"] == seen["response"]
