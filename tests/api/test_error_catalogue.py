"""Every error of Ollama's native API: its exact status and its exact text."""

import hashlib
import json

import pytest

from harness.api import Api, expect_error
from harness.server import ROOT

NOTHING = "sha256:" + "0" * 64
TEXT = b"a text and no model"
TEXT_DIGEST = "sha256:" + hashlib.sha256(TEXT).hexdigest()
HELLO = [{"role": "user", "content": "Hello!"}]
LONG = "red fox " * 2000
TOO_LONG = ("the prompt is longer than the context length currently available to the model; "
            "shorten the prompt, adjust the context length in settings, or use a model with a "
            "longer context length")
RAW = "raw mode does not support template, system, or context"
LOGPROBS = "top_logprobs must be between 0 and 20"
THINK = 'must be "high", "medium", "low", "max", true, or false'
FULL = "registry.ollama.ai/library/plain:latest"


def no_such(name):
    return f"model '{name}' not found"


def pull_first(name):
    return f'model "{name}" not found, try pulling it first'


def wrong(kind, field, of):
    return f"json: cannot unmarshal {kind} into Go struct field {field} of type {of}"


def both(name):
    return f'use either :local or :cloud, not both: "{name}"'


GENERATE = {"model": "sprout", "prompt": "x"}
CHAT = {"model": "sprout", "messages": HELLO}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]

# What is wrong: path (DELETE where there is no other verb), body, status, text.
CATALOGUE = {
    "empty body": [
        (path, b"", 400, "missing request body")
        for path in ("/api/generate", "/api/chat", "/api/embed", "/api/embeddings", "/api/show",
                     "/api/create", "/api/copy", "/api/delete", "/api/pull", "/api/push")],
    "bad JSON": [
        ("/api/chat", b"x", 400, "invalid character 'x' looking for beginning of value"),
        ("/api/pull", b'{"model":', 400, "unexpected EOF"),
        ("/api/chat", {"messages": "x"}, 400,
         wrong("string", "ChatRequest.messages", "[]api.Message"))],
    "model missing": [
        ("/api/generate", {"prompt": "x"}, 404, no_such("")),
        ("/api/embed", {"input": "x"}, 404, no_such("")),
        ("/api/chat", {"messages": HELLO}, 400, "model is required"),
        ("/api/embeddings", {"prompt": "x"}, 400, "model is required"),
        ("/api/show", {}, 400, "model is required"),
        ("/api/push", {}, 400, "model is required"),
        ("/api/delete", {}, 400, "model is required"),
        ("/api/pull", {}, 400, "invalid model name"),
        ("/api/create", {"from": "sprout"}, 400, "invalid model name"),
        ("/api/copy", {"destination": "x"}, 400, 'source "" is invalid')],
    "name invalid": [
        ("/api/generate", GENERATE | {"model": "a b"}, 400, "invalid model name"),
        ("/api/chat", CHAT | {"model": "a b"}, 400, "invalid model name"),
        ("/api/show", {"model": "a b"}, 400, "invalid model name"),
        ("/api/pull", {"model": "a b", "stream": False}, 400, "invalid model name"),
        ("/api/delete", {"model": "a b"}, 400, 'name "a b" is invalid'),
        ("/api/copy", {"source": "a b", "destination": "x"}, 400, 'source "a b" is invalid'),
        ("/api/copy", {"source": "sprout", "destination": "a b"}, 400,
         'destination "a b" is invalid'),
        ("/api/create", {"model": "x", "from": "a b"}, 400, "invalid model name")],
    "both :local and :cloud": [
        (path, {"model": name} | body, 400, both(name))
        for name in ("sprout:local:cloud", "sprout:cloud:local")
        for path, body in (("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": HELLO}),
                           ("/api/show", {}), ("/api/pull", {"stream": False}))],
    "not found": [
        ("/api/generate", GENERATE | {"model": "Nobody:7b"}, 404, no_such("Nobody:7b")),
        ("/api/chat", CHAT | {"model": "nobody"}, 404, no_such("nobody")),
        ("/api/show", {"model": "nobody"}, 404, no_such("nobody:latest")),
        ("/api/embed", {"model": "nobody", "input": "x"}, 404, pull_first("nobody")),
        ("/api/embeddings", {"model": "nobody", "prompt": "x"}, 404, pull_first("nobody")),
        ("/api/copy", {"source": "nobody", "destination": "x"}, 404, 'model "nobody" not found'),
        ("/api/delete", {"model": "nobody"}, 404, no_such("nobody"))],
    "top_logprobs": [
        (path, body | {"top_logprobs": number}, 400, LOGPROBS)
        for path, body in (("/api/generate", GENERATE), ("/api/chat", CHAT))
        for number in (-1, 21)],
    "think": [
        ("/api/generate", GENERATE | {"model": "plain", "think": True}, 400,
         '"plain" does not support thinking'),
        ("/api/chat", CHAT | {"model": "Plain:latest", "think": "high"}, 400,
         '"Plain:latest" does not support thinking'),
        ("/api/chat", CHAT | {"think": "x"}, 400, f'invalid think value: "x" ({THINK})'),
        ("/api/generate", GENERATE | {"think": 1}, 400,
         'think must be a boolean or string ("high", "medium", "low", "max", true, or false)')],
    "what the model can't": [
        ("/api/chat", CHAT | {"model": "plain", "tools": TOOLS}, 400,
         f"{FULL} does not support tools"),
        ("/api/generate", GENERATE | {"model": "plain", "suffix": "y"}, 400,
         f"{FULL} does not support insert"),
        ("/api/generate", GENERATE | {"model": "embedder"}, 400,
         '"embedder" does not support generate'),
        ("/api/chat", CHAT | {"model": "embedder"}, 400, '"embedder" does not support chat')],
    "raw": [("/api/generate", GENERATE | {"raw": True} | extra, 400, RAW)
            for extra in ({"template": "x"}, {"system": "x"}, {"context": [1]})],
    "bad template": [
        ("/api/generate", GENERATE | {"template": "{{ .Prompt"}, 500,
         "template: :1: unclosed action")],
    "option of the wrong type": [
        (path, body | {"options": {name: value}}, 500, f'option "{name}" must be of {of}')
        for path, body in (("/api/generate", GENERATE), ("/api/chat", CHAT),
                           ("/api/embed", {"model": "sprout", "input": "x"}),
                           ("/api/embeddings", {"model": "sprout", "prompt": "x"}))
        for name, value, of in (("num_ctx", "1", "type integer"),
                                ("temperature", "1", "type float32"),
                                ("use_mmap", 1, "type boolean"),
                                ("stop", "x", "type array"),
                                ("stop", [1], "an array of strings"))],
    "keep_alive": [
        (path, body | {"keep_alive": value}, 400, text)
        for path, body in (("/api/generate", GENERATE), ("/api/chat", CHAT),
                           ("/api/embed", {"model": "sprout", "input": "x"}))
        for value, text in (("x", 'time: invalid duration "x"'),
                            ("5", 'time: missing unit in duration "5"'),
                            (True, "Unsupported type: 'bool'"))],
    "format": [
        (path, body | {"format": 5}, 500,
         'invalid format: "5"; expected "json" or a valid JSON Schema object')
        for path, body in (("/api/generate", GENERATE), ("/api/chat", CHAT))],
    "prompt longer than the context": [
        (path, body | fields, 400, TOO_LONG)
        for path, body in (("/api/generate", {"model": "sprout", "prompt": LONG}),
                           ("/api/chat", {"model": "sprout", "messages": [
                               {"role": "user", "content": LONG}]}))
        for fields in ({"shift": False}, {"truncate": False})],
    "embed": [
        ("/api/embed", {"model": "sprout", "input": LONG, "truncate": False}, 400,
         "the input length exceeds the context length"),
        ("/api/embed", {"model": "sprout", "input": 5}, 400, "invalid input type"),
        ("/api/embed", {"model": "sprout", "input": [5]}, 400, "invalid input type")],
    "blob": [
        ("/api/blobs/sha256:12", TEXT, 400, "invalid digest format"),
        (f"/api/blobs/{NOTHING}", TEXT, 400,
         f'digest mismatch, expected "{NOTHING}", got "{TEXT_DIGEST}"')],
    "create": [
        ("/api/create", {"model": "x"} | fields, 400, text)
        for fields, text in (
            ({}, "neither 'from' or 'files' was specified"),
            ({"files": {}}, "neither 'from' or 'files' was specified"),
            ({"files": {"/etc/x.gguf": NOTHING}}, "file path must be relative"),
            ({"files": {"../x.gguf": NOTHING}}, "file path must be relative"),
            ({"files": {"x.gguf": "sha256:12"}}, "invalid digest format"),
            ({"files": {"x.gguf": TEXT_DIGEST}}, "supplied file was not in GGUF format"),
            ({"from": "sprout", "adapters": {"a.gguf": NOTHING, "b.gguf": NOTHING}},
             "only one adapter is currently supported"))],
    "template error": [
        ("/api/create", {"model": "x", "from": "sprout", "template": template} | fields, 400,
         f"template error: template: {text}")
        for template, text in (("{{ .Prompt", ":1: unclosed action"),
                               ("a\n{{ if .System }}", ":2: unexpected EOF"),
                               ("{{ nothing .Prompt }}", ':1: function "nothing" not defined'))
        for fields in ({}, {"stream": False})],
    "insecure": [
        ("/api/pull", {"model": "http://127.0.0.1:1/library/x", "stream": False}, 500,
         "insecure protocol http")],
}

# Rows that are proven where they can be brought about, or can't come about here.
ELSEWHERE = {
    "queue full": "test_resilience.py: test_a_full_queue_answers_503",
    "client went away while queued": "nobody is there to read the 499; test_resilience.py: "
                                     "test_a_client_that_leaves_the_queue_is_forgotten",
    "runner died": "test_resilience.py: test_a_killed_runner_fails_a_whole_answer_with_500",
    "unknown option": "is no error; test_unknown_options_are_ignored below",
    "HEAD of a blob that is not there": "has no body; test_head_of_an_unknown_blob below",
    "embed NaN": "needs weights that compute NaN",
    "bad remote, DRAFT with remote models": "there are no remote models",
    "no files provided to convert, unknown type": "nothing is converted here",
    "unsigned 401": "there is no account to sign in to",
    "image generation models": "no engine here generates images, and no model says it does",
}

ROWS = [pytest.param(*row, id=f"{what}, {row[0].removeprefix('/api/')} {number}")
        for what, rows in CATALOGUE.items() for number, row in enumerate(rows)]


def small_gguf(architecture, **numbers):
    """The metadata of a GGUF file without tensors."""
    def text(value):
        return len(value).to_bytes(8, "little") + value.encode()

    pairs = [text("general.architecture") + (8).to_bytes(4, "little") + text(architecture)]
    pairs += [text(f"{architecture}.{name}") + (4).to_bytes(4, "little") +
              number.to_bytes(4, "little") for name, number in numbers.items()]
    head = b"GGUF" + (3).to_bytes(4, "little") + bytes(8) + len(pairs).to_bytes(8, "little")
    data = head + b"".join(pairs)
    return data + bytes(-len(data) % 32)


@pytest.fixture(scope="module", autouse=True)
def models(shared_server):
    """`plain` can only complete, `embedder` only embed."""
    api = Api(shared_server.url)
    made = {"plain": small_gguf("llama", block_count=1),
            "embedder": small_gguf("bert", block_count=1, pooling_type=1)}
    for name, data in made.items():
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        assert api.post(f"/api/blobs/{digest}", data).status_code in (200, 201)
        answer = api.post("/api/create", {"model": name, "files": {"x.gguf": digest},
                                          "stream": False})
        assert answer.status_code == 200, answer.text
    api.post(f"/api/blobs/{TEXT_DIGEST}", TEXT)
    yield
    for name in made:
        api.delete("/api/delete", {"model": name})
    api.close()


@pytest.mark.parametrize("path, body, status, text", ROWS)
def test_an_error_has_its_status_and_text(api, path, body, status, text):
    method = "DELETE" if path == "/api/delete" else "POST"
    content = body if isinstance(body, bytes) else json.dumps(body)
    expect_error(api.http.request(method, path, content=content), status, text)


def test_a_model_with_a_broken_template_is_not_made(api):
    body = {"model": "x", "from": "sprout", "template": "{{ end }}"}
    expect_error(api.post("/api/create", body), 400,
                 "template error: template: :1: unexpected {{end}}")
    assert "x:latest" not in api.tags()


def test_what_is_proven_elsewhere_is_there():
    for where in ELSEWHERE.values():
        if "test_resilience.py: " in where:
            name = where.split("test_resilience.py: ")[1]
            assert f"def {name}(" in (ROOT / "tests/api/test_resilience.py").read_text()


def test_unknown_options_are_ignored(api):
    options = {"no_such_option": 1, "mirostat": 2, "num_predict": 1}
    assert api.generate("Hello!", options=options)["done"]


def test_head_of_an_unknown_blob(api):
    answer = api.head(f"/api/blobs/{NOTHING}")
    assert (answer.status_code, answer.content) == (404, b"")
