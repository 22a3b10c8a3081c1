"""What is wrong gets its exact answer, and the server goes on."""

import hashlib
import json
import socket
import subprocess

import pytest

from harness import processes
from harness.api import Api, expect_error
from harness.server import BINARY, ROOT
from harness.sockets import connect, read_response, send_raw
from harness.sprout import GREEDY
from harness.wait import PATIENCE

BODY_ROUTES = [("POST", "/api/generate"), ("POST", "/api/chat"), ("POST", "/api/embed"),
               ("POST", "/api/embeddings"), ("POST", "/api/show"), ("POST", "/api/create"),
               ("POST", "/api/copy"), ("DELETE", "/api/delete")]
WORDS = "red fox " * 2000
HELLO = [{"role": "user", "content": "Hello!"}]
TOO_LONG = ("the prompt is longer than the context length currently available to the model; "
            "shorten the prompt, adjust the context length in settings, or use a model with a "
            "longer context length")


@pytest.fixture(autouse=True)
def still_answers(api):
    yield
    assert api.generate("Hello!", options=GREEDY | {"num_predict": 1})["done"]


def request(api, method, path, content):
    return api.http.request(method, path, content=content)


@pytest.mark.smoke
@pytest.mark.parametrize("method, path", BODY_ROUTES)
def test_empty_body(api, method, path):
    expect_error(request(api, method, path, b""), 400, "missing request body")


@pytest.mark.smoke
@pytest.mark.parametrize("method, path", BODY_ROUTES)
def test_truncated_json(api, method, path):
    expect_error(request(api, method, path, b'{"model":"sprout","prompt":"Hel'), 400,
                 "unexpected EOF")


@pytest.mark.smoke
@pytest.mark.parametrize("text, error", [
    ("x", "invalid character 'x' looking for beginning of value"),
    ('{"model":x}', "invalid character 'x' looking for beginning of value"),
    ("{'model'}", "invalid character '\\'' looking for beginning of object key string"),
    ('{"model" "sprout"}', "invalid character '\"' after object key"),
    ('{"model":"sprout" 1}', "invalid character '1' after object key:value pair"),
    ('{"model":"sprout","prompt":"a\nb"}', "invalid character '\\n' in string literal"),
    ('{"model":"\\x"}', "invalid character 'x' in string escape code"),
    ('{"stream":falsy}', "invalid character 'y' in literal false (expecting 'e')"),
    ("\ufeff{}", "invalid character 'ï' looking for beginning of value"),
])
def test_malformed_json(api, text, error):
    expect_error(api.post("/api/generate", text.encode()), 400, error)


def wrong(kind, field, of):
    return f"json: cannot unmarshal {kind} into Go struct field {field} of type {of}"


@pytest.mark.smoke
@pytest.mark.parametrize("path, body, error", [
    ("/api/generate", {"model": 1}, wrong("number", "GenerateRequest.model", "string")),
    ("/api/generate", {"stream": "yes"}, wrong("string", "GenerateRequest.stream", "bool")),
    ("/api/generate", {"prompt": []}, wrong("array", "GenerateRequest.prompt", "string")),
    ("/api/generate", {"raw": 1}, wrong("number", "GenerateRequest.raw", "bool")),
    ("/api/generate", {"context": {}}, wrong("object", "GenerateRequest.context", "[]int")),
    ("/api/chat", {"messages": "x"}, wrong("string", "ChatRequest.messages", "[]api.Message")),
    ("/api/chat", {"model": True}, wrong("bool", "ChatRequest.model", "string")),
    ("/api/show", {"verbose": "x"}, wrong("string", "ShowRequest.verbose", "bool")),
    ("/api/copy", {"source": 5}, wrong("number", "CopyRequest.source", "string")),
    ("/api/embed", {"truncate": 1}, wrong("number", "EmbedRequest.truncate", "bool")),
    ("/api/chat", [], "json: cannot unmarshal array into Go value of type api.ChatRequest"),
    ("/api/generate", "x", "json: cannot unmarshal string into Go value of type "
                           "api.GenerateRequest"),
])
def test_wrong_types(api, path, body, error):
    expect_error(api.post(path, json.dumps(body)), 400, error)


def test_tool_arguments_as_text(api):
    call = {"function": {"name": "get_weather", "arguments": '{"city": "Rome"}'}}
    answer = api.post("/api/chat", {"model": "sprout", "messages": [
        {"role": "assistant", "content": "", "tool_calls": [call]}]})
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.smoke
@pytest.mark.parametrize("method, path, body, status, error", [
    ("POST", "/api/generate", {"model": "nobody", "prompt": "x"}, 404, "model 'nobody' not found"),
    ("POST", "/api/generate", {"prompt": "x"}, 404, "model '' not found"),
    ("POST", "/api/chat", {"model": "Nobody:7b", "messages": HELLO}, 404,
     "model 'Nobody:7b' not found"),
    ("POST", "/api/chat", {"messages": HELLO}, 400, "model is required"),
    ("POST", "/api/embed", {"model": "nobody", "input": "x"}, 404,
     'model "nobody" not found, try pulling it first'),
    ("POST", "/api/embed", {"input": "x"}, 404, "model '' not found"),
    ("POST", "/api/embeddings", {"model": "nobody", "prompt": "x"}, 404,
     'model "nobody" not found, try pulling it first'),
    ("POST", "/api/embeddings", {"prompt": "x"}, 400, "model is required"),
    ("POST", "/api/show", {"model": "nobody"}, 404, "model 'nobody:latest' not found"),
    ("POST", "/api/show", {}, 400, "model is required"),
    ("POST", "/api/copy", {"source": "nobody", "destination": "x"}, 404,
     'model "nobody" not found'),
    ("POST", "/api/copy", {"destination": "x"}, 400, 'source "" is invalid'),
    ("POST", "/api/copy", {"source": "sprout", "destination": "a b"}, 400,
     'destination "a b" is invalid'),
    ("DELETE", "/api/delete", {"model": "nobody"}, 404, "model 'nobody' not found"),
    ("DELETE", "/api/delete", {"model": "a b"}, 400, 'name "a b" is invalid'),
    ("DELETE", "/api/delete", {}, 400, "model is required"),
    ("POST", "/api/create", {"from": "sprout"}, 400, "invalid model name"),
    ("POST", "/api/create", {"model": "a b", "from": "sprout"}, 400, "invalid model name"),
    ("POST", "/api/create", {"model": "x"}, 400, "neither 'from' or 'files' was specified"),
])
def test_models_that_are_not_there(api, method, path, body, status, error):
    expect_error(request(api, method, path, json.dumps(body)), status, error)


@pytest.mark.smoke
@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b/c/d/e", "-x", "sprout:", "x" * 1000,
                                  "sprout\0", "..", "/", "registry.ollama.ai/library/../sprout"])
def test_names_that_are_no_names(api, name):
    for path, body in {"/api/generate": {"prompt": "x"}, "/api/chat": {"messages": HELLO},
                       "/api/show": {}, "/api/create": {"from": "sprout"}}.items():
        expect_error(api.post(path, {"model": name} | body), 400, "invalid model name")


@pytest.mark.smoke
@pytest.mark.parametrize("options, error", [
    ({"num_ctx": "4096"}, 'option "num_ctx" must be of type integer'),
    ({"seed": True}, 'option "seed" must be of type integer'),
    ({"temperature": "hot"}, 'option "temperature" must be of type float32'),
    ({"use_mmap": 1}, 'option "use_mmap" must be of type boolean'),
    ({"stop": "x"}, 'option "stop" must be of type array'),
    ({"stop": [1]}, 'option "stop" must be of an array of strings'),
])
def test_options_of_the_wrong_type(api, options, error):
    for path, body in ("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": HELLO}):
        expect_error(api.post(path, {"model": "sprout", "options": options} | body), 500, error)


@pytest.mark.smoke
@pytest.mark.parametrize("fields, status, error", [
    ({"keep_alive": "5"}, 400, 'time: missing unit in duration "5"'),
    ({"keep_alive": "-1"}, 400, 'time: missing unit in duration "-1"'),
    ({"keep_alive": "soon"}, 400, 'time: invalid duration "soon"'),
    ({"keep_alive": "5 minutes"}, 400, 'time: unknown unit " minutes" in duration "5 minutes"'),
    ({"keep_alive": True}, 400, "Unsupported type: 'bool'"),
    ({"think": "maybe"}, 400, 'invalid think value: "maybe" (must be "high", "medium", "low", '
                              '"max", true, or false)'),
    ({"think": 3}, 400, 'think must be a boolean or string ("high", "medium", "low", "max", true, '
                        'or false)'),
    ({"format": "xml"}, 500, 'invalid format: "\\"xml\\""; expected "json" or a valid JSON Schema '
                             'object'),
    ({"format": 5}, 500, 'invalid format: "5"; expected "json" or a valid JSON Schema object'),
    ({"top_logprobs": 21}, 400, "top_logprobs must be between 0 and 20"),
    ({"top_logprobs": -1}, 400, "top_logprobs must be between 0 and 20"),
])
def test_fields_with_bad_values(api, fields, status, error):
    for path, body in ("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": HELLO}):
        expect_error(api.post(path, {"model": "sprout"} | body | fields), status, error)


@pytest.mark.parametrize("fields, status, error", [
    ({"raw": True, "system": "x"}, 400,
     "raw mode does not support template, system, or context"),
    ({"raw": True, "context": [1]}, 400,
     "raw mode does not support template, system, or context"),
    ({"suffix": "x"}, 400, "registry.ollama.ai/library/sprout:latest does not support insert"),
    ({"images": ["%%%"]}, 400, "illegal base64 data at input byte 0"),
])
def test_generate_fields_that_do_not_go_together(api, fields, status, error):
    expect_error(api.post("/api/generate", {"model": "sprout", "prompt": "x"} | fields), status,
                 error)


def test_a_schema_that_is_none_is_refused(api):
    answer = api.post("/api/chat", {"model": "sprout", "messages": HELLO, "think": False,
                                    "format": {"type": "no such type"}})
    assert answer.status_code == 400
    assert '"type" at #: "no such type" is no type' in answer.json()["error"]


@pytest.mark.parametrize("bad", [5, {"a": "b"}, [1], [["x"]], True])
def test_embed_input_of_the_wrong_type(api, bad):
    expect_error(api.post("/api/embed", {"model": "sprout", "input": bad}), 400,
                 "invalid input type")


@pytest.mark.smoke
def test_invalid_utf8_becomes_the_replacement_character(api):
    body = b'{"model":"sprout","stream":false,"prompt":"Hi \xff\xfe\xc3","_debug_render_only":true}'
    prompt = api.post("/api/generate", body).json()["_debug_info"]["rendered_template"]
    assert "Hi \ufffd\ufffd\ufffd<|im_end|>" in prompt
    expect_error(api.post("/api/copy", b'{"source":"\xff"}'), 400, 'source "\ufffd" is invalid')


@pytest.mark.smoke
@pytest.mark.parametrize("body", [
    b'{"model":' + b"[" * 100_000,
    b'{"nonsense":' + b"[" * 100_000 + b"]" * 100_000 + b',"model":"sprout"}',
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
])
def test_deep_nesting(api, body):
    answer = api.post("/api/generate", body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(" exceeded max depth")


@pytest.mark.smoke
def test_a_body_of_200_megabytes(api, server):
    before = processes.resident_bytes(server.pid)
    with connect(server) as connection:
        connection.sendall(b"POST /api/generate HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Length: 209715200\r\n\r\n")
        send_until_refused(connection, b"x" * (1 << 20), 200)
        status, _, body = read_response(connection)
    assert status == "HTTP/1.1 413 Payload Too Large"
    assert json.loads(body) == {"error": "request body larger than 67 MB"}
    assert processes.resident_bytes(server.pid) < before + (128 << 20)


def test_a_body_of_200_megabytes_without_a_length(api, server):
    chunk = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
    with connect(server) as connection:
        connection.sendall(b"POST /api/generate HTTP/1.1\r\nHost: localhost\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n")
        send_until_refused(connection, chunk, 200)
        status, _, body = read_response(connection)
    assert status == "HTTP/1.1 413 Payload Too Large"
    assert json.loads(body) == {"error": "request body larger than 67 MB"}


def send_until_refused(connection, piece, times):
    """As most clients do: sends on until that fails, then looks for an answer."""
    try:
        for _ in range(times):
            connection.sendall(piece)
    except OSError:
        pass


@pytest.mark.smoke
def test_a_header_that_never_ends(server):
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        send_until_refused(connection, b"X-More: " + b"x" * 8000 + b"\r\n", 1000)
        status, _, body = read_response(connection)
    assert status == "HTTP/1.1 431 Request Header Fields Too Large"
    assert json.loads(body) == {"error": "request header too large"}


@pytest.mark.smoke
@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS
    b"nonsense\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"POST /api/show HTTP/1.1\r\nHost: x.local\r\nContent-Length: -5\r\n\r\n",
    b"POST /api/show HTTP/1.1\r\nHost: x.local\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /api/show HTTP/1.1\r\nHost: x.local\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
])
def test_what_is_no_http(server, data):
    status, _, body = send_raw(server, data)
    assert status == "HTTP/1.1 400 Bad Request"
    assert json.loads(body)["error"].startswith("bad request: ")


def test_a_client_that_sends_half_a_request_and_goes(server):
    for data in b"POST /api/gen", b"POST /api/generate HTTP/1.1\r\nHost: localhost\r\n" \
                                  b"Content-Length: 100\r\n\r\n{":
        with connect(server) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)


@pytest.mark.smoke
def test_a_prompt_longer_than_the_context_is_cut(api):
    said = api.generate(WORDS, raw=True, options=GREEDY | {"num_predict": 4})
    assert said["prompt_eval_count"] < 1024
    said = api.chat(WORDS, options=GREEDY | {"num_predict": 4})
    assert said["prompt_eval_count"] < 1024


@pytest.mark.smoke
@pytest.mark.parametrize("fields", [{"truncate": False}, {"shift": False}])
def test_a_prompt_longer_than_the_context_is_refused_when_it_may_not_be_cut(api, fields):
    for path, body in [("/api/generate", {"prompt": WORDS}),
                       ("/api/generate", {"prompt": WORDS, "raw": True}),
                       ("/api/chat", {"messages": [{"role": "user", "content": WORDS}]})]:
        expect_error(api.post(path, {"model": "sprout"} | body | fields), 400, TOO_LONG)


@pytest.mark.smoke
def test_a_text_too_long_to_embed(api):
    assert len(api.answer("/api/embed", {"model": "sprout", "input": WORDS})["embeddings"]) == 1
    expect_error(api.post("/api/embed", {"model": "sprout", "input": WORDS, "truncate": False}),
                 400, "the input length exceeds the context length")


def test_a_context_of_tokens_that_are_none(api):
    answer = api.post("/api/generate", {"model": "sprout", "prompt": "x", "stream": False,
                                        "context": [2**31, -7]})
    assert answer.status_code == 400
    assert "2147483647" in answer.json()["error"]


@pytest.mark.smoke
def test_a_port_that_is_taken(server, tmp_path):
    second = subprocess.run([BINARY, "serve"], env=server.env | {"HOME": str(tmp_path)},
                            capture_output=True, text=True, timeout=20 * PATIENCE)
    assert second.returncode == 1
    assert f"listen tcp 127.0.0.1:{server.port}: bind: address already in use" in second.stderr


# Models that are broken on the disk. Each test has a store of its own.

SECOND = ROOT / "models/sprout/sprout-f16.gguf"


@pytest.fixture
def broken(make_server):
    """A server with the model `second`, the path of its weights, and access to its API."""
    server = make_server()
    api = Api(server.url)
    digest = "sha256:" + hashlib.sha256(SECOND.read_bytes()).hexdigest()
    assert api.post(f"/api/blobs/{digest}", SECOND.read_bytes()).status_code == 201
    api.answer("/api/create", {"model": "second", "files": {"second.gguf": digest}})
    weights = server.models / "blobs" / digest.replace(":", "-")
    yield api, weights
    assert api.generate("Hello!", options=GREEDY)["done"]  # by the model that is whole


@pytest.mark.smoke
def test_a_missing_blob(broken):
    api, weights = broken
    weights.unlink()
    for path, body in ("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": HELLO}):
        answer = api.post(path, {"model": "second"} | body)
        assert answer.status_code == 500
        assert answer.json()["error"].startswith(
            f"model 'second:latest' lacks blob {weights.name.replace('-', ':')}")
    assert "sprout:latest" in api.tags()
    assert api.delete("/api/delete", {"model": "second"}).status_code == 200


@pytest.mark.smoke
@pytest.mark.parametrize("damage, error", [
    ("cut", "the file is cut short: tensor "),
    ("no header", "supplied file was not in GGUF format"),
    ("empty", "supplied file was not in GGUF format"),
    ("nonsense inside", "metadata key 1: a name of 18446744073709551615 bytes"),
])
def test_a_corrupt_gguf(broken, damage, error):
    api, weights = broken
    data = weights.read_bytes()
    weights.unlink()
    weights.write_bytes({"cut": data[:len(data) // 2], "no header": b"nope" + data[4:],
                         "empty": b"", "nonsense inside": data[:64] + b"\xff" * 4096 + data[4160:],
                         }[damage])
    for path, body in ("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": HELLO}):
        answer = api.post(path, {"model": "second"} | body)
        assert answer.status_code == 500
        assert answer.json()["error"].startswith(f"model 'second:latest': {error}")
    assert "sprout:latest" in api.tags()


def test_a_file_that_is_no_gguf_makes_no_model(api):
    data = b"this is no model"
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    api.post(f"/api/blobs/{digest}", data)
    answer = api.post("/api/create", {"model": "x", "files": {"x.gguf": digest}, "stream": False})
    expect_error(answer, 400, "supplied file was not in GGUF format")
    assert "x:latest" not in api.tags()


def test_a_broken_manifest_hides_only_its_own_model(broken):
    api, weights = broken
    manifest = (weights.parent.parent /
                "manifests/registry.ollama.ai/library/second/latest")
    manifest.write_text('{"schemaVersion": 2, "layers": ')
    assert list(api.tags()) == ["sprout:latest"]
    assert api.post("/api/generate", {"model": "second", "prompt": "x"}).status_code in (404, 500)
