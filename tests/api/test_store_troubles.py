"""Stores that are damaged, or not ours to read or write: clear errors, and the rest is served."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from harness.api import Api
from harness.models import LICENSE, RemoteModel
from harness.server import BINARY, Server
from harness.sprout import GREEDY, NAME
from harness.strange_registry import StrangeRegistry

NOBODY = 65534
BROKEN = "manifests/registry.ollama.ai/library/broken/latest"


@pytest.fixture
def store(make_server, tmp_path):
    """Sprout, made by a server that is gone."""
    folder = tmp_path / "models"
    make_server(models=folder).stop()
    return folder


@pytest.fixture
def api_of(make_server):
    clients = []

    def make(store, **how):
        clients.append(Api(make_server(models=store, **how).url))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def is_served(api):
    return "Paris" in api.generate("The capital of France is", options=GREEDY)["response"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layers":[]}'])
def test_a_broken_manifest_is_said_so_and_the_others_are_served(api_of, store, text):
    path = store / BROKEN
    path.parent.mkdir()
    path.write_text(text)
    api = api_of(store)
    assert set(api.tags()) == {NAME}
    for route, body in (("/api/show", {"model": "broken"}),
                        ("/api/generate", {"model": "broken", "prompt": "Hello!"}),
                        ("/api/copy", {"source": "broken", "destination": "twin"})):
        answer = api.post(route, body)
        assert answer.status_code == 500 and str(path) in answer.json()["error"]
        assert "delete the model and pull or create it again" in answer.json()["error"]
    assert is_served(api)
    assert api.delete("/api/delete", {"model": "broken"}).status_code == 200
    assert not path.exists() and is_served(api)
    assert api.post("/api/show", {"model": "broken"}).status_code == 404


# Stores of another user.

def _may_run(uid):
    return os.getuid() == 0 and subprocess.run([BINARY, "--version"], user=uid,
                                               capture_output=True).returncode == 0


class Stranger:
    """A server of a user who owns nothing of its store; root, who may do everything, is none."""

    def __init__(self, folder):
        self.server = Server(folder / "home", models=folder / "models")
        self.server.user = NOBODY
        self.server.folder.mkdir()
        for place in self.server.folder, self.server.runtime:
            os.chown(place, NOBODY, NOBODY)
        self.api = None

    def start(self):
        self.server.start()
        self.api = Api(self.server.url)
        return self.api

    def close(self):
        if self.api:
            self.api.close()
        self.server.stop()


@pytest.fixture
def stranger():
    if not _may_run(NOBODY):
        pytest.skip("only root can start a server as another user")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to others
        os.chmod(folder, 0o755)
        one = Stranger(Path(folder))
        yield one
        one.close()


def bring_sprout(store):
    maker = Server(store.parent / "maker", models=store)
    maker.start()
    maker.stop()


def test_a_store_of_another_user_is_read_and_not_written(stranger):
    store = stranger.server.models
    bring_sprout(store)
    api = stranger.start()
    assert set(api.tags()) == {NAME} and is_served(api)
    registry = StrangeRegistry({"me/model:latest": RemoteModel([(LICENSE, b"MIT")])})
    pulled = api.lines("/api/pull", {"model": f"http://{registry.name}/me/model",
                                     "insecure": True})[-1]
    registry.close()
    digest = "sha256:" + "0" * 64
    for error in (pulled["error"],
                  api.post("/api/copy", {"source": "sprout", "destination": "x"}).json()["error"],
                  api.post("/api/create", {"model": "x", "from": "sprout", "system": "y",
                                           "stream": False}).json()["error"],
                  api.post(f"/api/blobs/{digest}", b"x").json()["error"],
                  api.delete("/api/delete", {"model": "sprout"}).json()["error"]):
        assert "Permission denied" in error and str(store) in error
    assert set(api.tags()) == {NAME} and is_served(api)


def test_a_store_that_may_not_be_read_is_said_so(stranger):
    store = stranger.server.models
    bring_sprout(store)
    os.chmod(store / "manifests", 0o700)
    api = stranger.start()
    for answer in (api.get("/api/tags"), api.post("/api/show", {"model": "sprout"}),
                   api.post("/api/generate", {"model": "sprout", "prompt": "Hello!"})):
        assert answer.status_code == 500 and "Permission denied" in answer.json()["error"]
        assert str(store / "manifests") in answer.json()["error"]
    os.chmod(store / "manifests", 0o755)
    assert is_served(api)


def test_a_blob_that_may_not_be_read_is_said_so(stranger):
    store = stranger.server.models
    bring_sprout(store)
    weights = max((store / "blobs").iterdir(), key=lambda path: path.stat().st_size)
    os.chmod(weights, 0o600)
    api = stranger.start()
    answer = api.post("/api/generate", {"model": "sprout", "prompt": "Hello!"})
    assert answer.status_code == 500
    assert "Permission denied" in answer.json()["error"] and str(weights) in answer.json()["error"]
    os.chmod(weights, 0o644)
    assert is_served(api)
