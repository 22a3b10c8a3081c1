"""The store on disk is Ollama's: what Ollama left there is used, and what we leave there is checked
by a reader that knows nothing of our code (harness/store_check.py)."""

import hashlib
import json
import shutil

import pytest

from harness.api import Api
from harness.models import LICENSE, WEIGHTS, RemoteModel, digest_of
from harness.server import ROOT
from harness.sprout import GREEDY
from harness.store_check import (blob_path, complaints, digests_of, form_complaints, manifests,
                                 strays)
from harness.strange_registry import StrangeRegistry

RECORDED = ROOT / "tests/data/ollama_store"
SPROUT = ROOT / "models/sprout/sprout-q8_0.gguf"
PULLED = "sprig:latest"
CREATED = "me/Capitals:v1"
COPIED = "registry.example.com:5000/team/capitals:copy"
FROM_HUB = "hf.co/Somebody/Sprout-GGUF:Q8_0"
PLACES = {PULLED: "registry.ollama.ai/library/sprig/latest",
          CREATED: "registry.ollama.ai/me/Capitals/v1",
          COPIED: "registry.example.com:5000/team/capitals/copy",
          FROM_HUB: "hf.co/Somebody/Sprout-GGUF/Q8_0"}
FIELDS = {"registry.ollama.ai/library/all/latest", "registry.ollama.ai/me/Own/v1.0"}


def files_of(store):
    return {str(path.relative_to(store)): path.read_bytes()
            for path in store.rglob("*") if path.is_file()}


def blobs_of(content):
    return {digest.replace(":", "-") for digest in digests_of(json.loads(content))}


@pytest.fixture
def store(tmp_path):
    """What Ollama left behind."""
    folder = tmp_path / "models"
    shutil.copytree(RECORDED, folder)
    weights = SPROUT.read_bytes()
    blob_path(folder, digest_of(weights)).write_bytes(weights)
    assert complaints(folder) == [], "Sprout is another: run tests/data/make_ollama_store.py"
    return folder


@pytest.fixture
def server(make_server, store):
    return make_server(models=store)


@pytest.fixture
def api(server):
    client = Api(server.url)
    yield client
    client.close()


# What Ollama wrote.

@pytest.mark.smoke
def test_what_ollama_left_is_listed(api, store):
    recorded = manifests(RECORDED)
    rows = api.tags()
    assert set(rows) == set(PLACES)
    for name, place in PLACES.items():
        manifest = json.loads(recorded[place])
        parts = [manifest["config"], *manifest["layers"]]
        assert rows[name]["digest"] == hashlib.sha256(recorded[place]).hexdigest()
        assert rows[name]["size"] == sum(part["size"] for part in parts)
        assert rows[name]["details"]["quantization_level"] == "Q8_0"


def test_what_ollama_left_is_shown(api):
    shown = api.answer("/api/show", {"model": CREATED})
    assert shown["system"] == "You know all capitals & <rivers>."
    assert shown["license"] == "Do what you like.\n"
    assert [one["content"] for one in shown["messages"]] == [
        "My name is Clara.", "Nice to meet you, Clara!"]
    assert [line.split() for line in shown["parameters"].splitlines()] == [
        ["num_ctx", "512"], ["temperature", "0"]]
    shown = api.answer("/api/show", {"model": FROM_HUB})
    assert "system" not in shown and "license" not in shown


@pytest.mark.parametrize("name", PLACES)
def test_what_ollama_left_runs(api, name):
    answer = api.generate("What is the capital of France?", name, options=GREEDY)
    assert "Paris" in answer["response"]


def test_reading_changes_no_byte(make_server, store):
    before = files_of(store)
    for _ in range(2):
        server = make_server(models=store)
        api = Api(server.url)
        assert set(api.tags()) == set(PLACES)
        api.answer("/api/show", {"model": PULLED})
        api.generate("Hello!", PULLED)
        api.close()
        server.stop()
    assert files_of(store) == before


@pytest.mark.parametrize("name", PLACES)
def test_a_copy_is_the_manifest_to_the_byte(api, store, name):
    before = files_of(store)
    assert api.post("/api/copy", {"source": name, "destination": "twin"}).status_code == 200
    twin = "manifests/registry.ollama.ai/library/twin/latest"
    assert files_of(store) == before | {twin: before["manifests/" + PLACES[name]]}


@pytest.mark.parametrize("name", PLACES)
def test_deleting_takes_just_what_no_other_needs(api, store, name):
    before = files_of(store)
    assert api.delete("/api/delete", {"model": name}).status_code == 200
    left = {key: content for key, content in before.items() if key != "manifests/" + PLACES[name]}
    needed = set().union(*(blobs_of(content) for key, content in left.items()
                           if key.startswith("manifests/")))
    assert files_of(store) == {key: content for key, content in left.items()
                               if not key.startswith("blobs/") or key[6:] in needed}
    assert strays(store) == []


def test_deleting_everything_leaves_nothing(api, store):
    for name in PLACES:
        assert api.delete("/api/delete", {"model": name}).status_code == 200
    assert files_of(store) == {}
    assert api.tags() == {}


def test_blobs_of_old_ollamas_are_found(make_server, store):
    for path in list((store / "blobs").iterdir()):
        path.rename(path.with_name(path.name.replace("-", ":", 1)))
    client = Api(make_server(models=store).url)
    assert "Paris" in client.generate("The capital of France is", PULLED)["response"]
    client.close()
    assert strays(store) == []


# What we write.

@pytest.fixture
def registry():
    host = StrangeRegistry({"me/remote:latest": RemoteModel([(WEIGHTS, SPROUT.read_bytes()),
                                                             (LICENSE, b"Do what you like.")])})
    yield host
    host.close()


def upload(api, content):
    digest = digest_of(content)
    assert api.post(f"/api/blobs/{digest}", content).status_code == 201
    return digest


def test_what_we_write_is_what_ollama_would(make_server, registry):
    server = make_server()
    api = Api(server.url)
    digest = upload(api, (ROOT / "models/sprout/sprout-f16.gguf").read_bytes())
    everything = {
        "template": "{{ .System }}<b>&\u2028{{ .Prompt }}", "system": "Sei kurz, à <b>&</b>.",
        "license": ["One.", "Two."],
        "parameters": {"temperature": 0.7, "stop": ["<|end|>", "b"], "num_ctx": 512, "top_k": 3},
        "messages": [{"role": "user", "content": "<hi> & \U0001f600"},
                     {"role": "assistant", "content": "Hello."}]}
    for body in ({"model": "all", "files": {"sprout.gguf": digest}} | everything,
                 {"model": "me/Own:v1.0", "from": "all", "system": "Another.",
                  "parameters": {"min_p": 0.05}}):
        assert api.answer("/api/create", body) == {"status": "success"}
    lines = api.lines("/api/pull", {"model": f"http://{registry.name}/me/remote", "insecure": True})
    assert lines[-1] == {"status": "success"}
    assert api.post("/api/copy", {"source": "me/own:v1.0",
                                  "destination": "registry.example.com/me/copy"}).status_code == 200
    written = manifests(server.models)
    assert set(written) == FIELDS | {
        "registry.ollama.ai/library/sprout/latest", "registry.example.com/me/copy/latest",
        f"{registry.name}/me/remote/latest"}
    remote = registry.models["me/remote:latest"].manifest
    assert written[f"{registry.name}/me/remote/latest"] == remote
    assert complaints(server.models) == []
    assert strays(server.models) == []
    for place in FIELDS | {"registry.ollama.ai/library/sprout/latest"}:
        assert form_complaints(server.models, place) == []
    assert form_complaints(server.models, f"{registry.name}/me/remote/latest") != []
    kinds = [one["mediaType"].rpartition(".")[2] for one in json.loads(
        written["registry.ollama.ai/library/all/latest"])["layers"]]
    assert kinds == ["model", "template", "system", "license", "license", "params", "messages"]
    api.close()
