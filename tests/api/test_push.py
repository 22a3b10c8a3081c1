"""Pushing to a real registry and pulling from it again: Debian's docker-registry, by TLS and with
tokens."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from harness import certificates
from harness.api import Api
from harness.cli import Cli
from harness.docker_registry import PROGRAM, DockerRegistry, TokenServer
from harness.host import Host
from harness.models import digest_of

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="docker-registry is not installed")

SETTINGS = {"AXLLAMA_PULL_PART": str(300_000), "AXLLAMA_PULL_BACKOFF": "10ms"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def tokens(made):
    server = TokenServer(made, "the registry")
    yield server
    server.close()


@pytest.fixture(scope="module")
def registry(tmp_path_factory, made, tokens):
    registry = DockerRegistry(tmp_path_factory.mktemp("registry"), made, tokens)
    yield registry
    registry.close()


@pytest.fixture
def start(make_server, made):
    """Servers that trust the tests' certificates, and their clients."""
    clients = []

    def make(**env):
        server = make_server(SSL_CERT_FILE=str(made.ca), **SETTINGS, **env)
        client = Api(server.url)
        clients.append(client)
        return server, client

    yield make
    for client in clients:
        client.close()


def copy_to(api, name, source="sprout"):
    answer = api.post("/api/copy", {"source": source, "destination": name})
    assert answer.status_code == 200, answer.text


def statuses(lines):
    return list(dict.fromkeys(line.get("status") or "error: " + line["error"] for line in lines))


def manifest_of(server, name):
    return (server.models / "manifests" / name).read_bytes()


def blobs_of(server):
    return {path.name: path.read_bytes() for path in (server.models / "blobs").iterdir()}


def test_what_was_pushed_comes_back_byte_for_byte(start, registry):
    first, api = start()
    name = f"{registry.name}/me/sprout:v1"
    place = f"{registry.name}/me/sprout/v1"
    copy_to(api, name)
    manifest = json.loads(manifest_of(first, place))
    digests = [layer["digest"] for layer in [*manifest["layers"], manifest["config"]]]
    lines = api.lines("/api/push", {"model": name})
    assert statuses(lines) == ["retrieving manifest", *(f"pushing {d[7:19]}" for d in digests),
                               "pushing manifest", "success"]
    second, other = start()
    api.post("/api/delete", {"model": "sprout"})
    lines = other.lines("/api/pull", {"model": name})
    assert lines[-1] == {"status": "success"}, lines[-1]
    assert manifest_of(second, place) == manifest_of(first, place)
    blobs = blobs_of(second)
    for digest in digests:
        content = blobs[digest.replace(":", "-")]
        assert digest_of(content) == digest
    assert "Paris" in other.generate("The capital of France is", name)["response"]


def test_what_the_registry_has_is_not_sent_again(start, registry):
    _, api = start()
    name = f"{registry.name}/me/again"
    copy_to(api, name)
    assert api.lines("/api/push", {"model": name})[-1] == {"status": "success"}
    lines = api.lines("/api/push", {"model": name})
    assert lines[-1] == {"status": "success"}
    whole = [line for line in lines if "digest" in line and line.get("completed", 0) > 0]
    assert all(line["completed"] == line["total"] for line in whole)


def test_tokens_are_asked_for_with_a_signature(start, registry, tokens, tmp_path):
    server, api = start()
    name = f"{registry.name}/me/signed"
    copy_to(api, name)
    before = len(tokens.asked)
    assert api.lines("/api/push", {"model": name})[-1] == {"status": "success"}
    asked = tokens.asked[before]
    query = parse_qs(urlsplit(asked.path).query)
    assert query["service"] == ["the registry"] and query["ts"] and query["nonce"]
    assert "repository:me/signed:" in query["scope"][0]
    public, _, signature = asked.headers["authorization"].partition(":")
    shown = (server.folder / ".ollama/id_ed25519.pub").read_text()
    assert shown == f"ssh-ed25519 {public}\n"
    nothing = base64.b64encode(digest_of(b"")[7:].encode()).decode()
    data = f"GET,{tokens.url}{asked.path},{nothing}".encode()
    assert certificates.is_signed(base64.b64decode(public), base64.b64decode(signature), data,
                                  tmp_path)


def test_a_certificate_that_is_not_trusted_is_told(make_server, registry):
    server = make_server(**SETTINGS)
    client = Api(server.url)
    error = client.lines("/api/pull", {"model": f"{registry.name}/me/sprout:v1"})[-1]["error"]
    assert "certificate" in error and "SSL_CERT_FILE" in error
    client.close()


def test_a_model_that_is_not_here_cannot_be_pushed(start, registry):
    _, api = start()
    lines = api.lines("/api/push", {"model": f"{registry.name}/me/nothing"})
    assert lines[0] == {"status": "retrieving manifest"} and "not found" in lines[-1]["error"]
    answer = api.post("/api/push", {"model": ""})
    assert (answer.status_code, answer.json()) == (400, {"error": "model is required"})


def test_the_command_line_pushes_and_pulls(start, registry):
    server, api = start()
    name = f"{registry.name}/me/typed"
    copy_to(api, name)
    said = Cli(server)("push", name)
    assert (said.code, said.out) == (0, ""), said
    assert said.err.splitlines()[0] == "retrieving manifest"
    assert said.err.splitlines()[-1] == "success"
    other, _ = start()
    assert Cli(other)("pull", name).code == 0
    assert f"{name}:latest" in Cli(other).ok("list")


class Picky(Host):
    """A registry that takes uploads in its own way: it sends parts elsewhere, forgets some."""

    def __init__(self, elsewhere=None, failures=0):
        super().__init__()
        self.elsewhere, self.failures = elsewhere, failures
        self.data, self.finished, self.manifest, self.puts = b"", {}, None, []

    def answer(self, handler, asked):
        place = {"Location": "/v2/me/x/blobs/uploads/1?_state=abc"}
        if asked.method == "HEAD":
            handler.reply(404)
        elif asked.method == "POST" and "mount=" in asked.path:
            handler.reply(202, b"", place)
        elif asked.method == "POST":
            self.data = b""
            handler.reply(202, b"", place)
        elif asked.method == "GET":
            handler.reply(204, b"", place | {"Range": f"0-{max(len(self.data) - 1, 0)}"})
        elif asked.method == "PATCH" and self.failures > 0:
            self.failures -= 1
            self.data += asked.body[:len(asked.body) // 2]
            handler.reply(503)
        elif asked.method == "PATCH":
            first, last = map(int, asked.headers["content-range"].split("-"))
            assert first == len(self.data) and last - first + 1 == len(asked.body)
            self.data += asked.body
            if self.elsewhere is None:
                handler.reply(202, b"", place)
            else:
                handler.reply(307, b"", {"Docker-Upload-Location": place["Location"],
                                         "Location": f"{self.elsewhere.url}/part"})
        elif "/manifests/" in asked.path:
            self.manifest = asked.body
            handler.reply(201)
        else:
            query = parse_qs(urlsplit(asked.path).query)
            self.puts.append(query)
            self.finished[query["digest"][0]] = self.data
            self.data = b""
            handler.reply(201)


class Storage(Host):
    def __init__(self):
        super().__init__()
        self.parts = []

    def answer(self, handler, asked):
        self.parts.append(asked)
        handler.reply(200)


def push_to(start, host):
    server, api = start()
    copy_to(api, f"{host.name}/me/x")
    lines = api.lines("/api/push", {"model": f"http://{host.name}/me/x", "insecure": True})
    assert lines[-1] == {"status": "success"}, lines[-1]
    assert host.manifest == manifest_of(server, f"{host.name}/me/x/latest")
    assert all(digest_of(content) == digest for digest, content in host.finished.items())
    assert len(host.finished) >= 3


def test_parts_that_fail_go_on_from_where_the_registry_is(start):
    host = Picky(failures=3)
    push_to(start, host)
    host.close()


def test_parts_go_where_the_registry_sends_them_without_credentials(start):
    storage = Storage()
    host = Picky(storage)
    push_to(start, host)
    assert storage.parts and all("authorization" not in one.headers for one in storage.parts)
    assert {one.method for one in storage.parts} == {"PUT"}
    assert all(query["etag"][0].partition("-")[0] for query in host.puts)
    host.close()
    storage.close()
