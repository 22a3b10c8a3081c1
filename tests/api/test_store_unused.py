"""What no model needs goes, and nothing else: models made, pulled, copied and deleted at random,
with restarts between, and after each step the whole store looked through."""

import json
import os
import random
import time

import pytest

from harness.api import Api
from harness.models import LICENSE, WEIGHTS, RemoteModel, digest_of, random_bytes
from harness.server import ROOT
from harness.store_check import blob_path, complaints, digests_of, manifests
from harness.strange_registry import StrangeRegistry

NAMES = ["a", "b", "me/c:v1", "me/c:v2"]
REMOTE = [f"remote/{n}" for n in range(3)]
SETTINGS = {"AXLLAMA_PULL_PART": "2000", "AXLLAMA_PULL_BACKOFF": "1ms"}
STEPS = 60
HOUR = 3600


def remote_models(chance):
    """Versions of models that share some of their layers."""
    texts = [random_bytes(chance.randrange(1, 9000), seed) for seed in range(4)]
    return [RemoteModel([(WEIGHTS, chance.choice(texts)), (LICENSE, chance.choice(texts)[:100])],
                        {"model_format": "gguf", "model_family": "llama", "version": n})
            for n in range(6)]


class RandomSteps:
    """One store, and what is done to it."""

    def __init__(self, make_server, folder, registry, seed, **env):
        self.chance = random.Random(seed)
        self.make_server, self.store, self.registry = make_server, folder, registry
        self.env = SETTINGS | env
        self.keeps = "OLLAMA_NOPRUNE" in env
        self.versions = remote_models(self.chance)
        self.server, self.api = None, None
        self.planted = 0
        self.start()

    def start(self):
        if self.server:
            self.api.close()
            self.server.stop()
        self.server = self.make_server(models=self.store, **self.env)
        self.api = Api(self.server.url)

    # What a reader sees.

    def blobs(self):
        return {path.name for path in (self.store / "blobs").iterdir()}

    def broken(self):
        return [one.partition(" is no manifest")[0] for one in complaints(self.store)
                if "is no manifest" in one]

    def needed(self):
        broken = self.broken()
        return {blob_path(self.store, digest).name
                for place, content in manifests(self.store).items() if place not in broken
                for digest in digests_of(json.loads(content))}

    # Steps. Each gives the blobs that it brought and that nobody need need.

    def create(self):
        body = {"model": self.chance.choice(NAMES), "from": "sprout",
                "system": self.chance.choice("xyz"), "license": self.chance.choice("12")}
        assert self.api.answer("/api/create", body) == {"status": "success"}

    def pull(self):
        name = self.chance.choice(REMOTE)
        self.registry.models[f"{name}:latest"] = self.chance.choice(self.versions)
        lines = self.api.lines("/api/pull", {"model": f"http://{self.registry.name}/{name}",
                                             "insecure": True})
        assert lines[-1] == {"status": "success"}, lines

    def copy(self):
        body = {"source": self.any_model(), "destination": self.chance.choice(NAMES)}
        assert self.api.post("/api/copy", body).status_code == 200

    def delete(self):
        name = self.any_model()
        if name != "sprout:latest":
            assert self.api.delete("/api/delete", {"model": name}).status_code == 200

    def upload(self):
        content = self.chance.randbytes(50)
        digest = digest_of(content)
        assert self.api.post(f"/api/blobs/{digest}", content).status_code == 201
        return {blob_path(self.store, digest).name}

    def plant(self):
        """What a download leaves that was broken off."""
        self.planted += 1
        rest = self.store / "blobs" / f"sha256-{self.planted:064x}-partial"
        rest.write_bytes(b"x")
        rest.with_name(rest.name + "-0").write_text("{}")
        return {rest.name, rest.name + "-0"}

    def any_model(self):
        return self.chance.choice(sorted(self.api.tags()))

    def age(self):
        """Some files become old; which blobs these are."""
        old = set()
        for path in (self.store / "blobs").iterdir():
            if self.chance.random() < 0.7:
                os.utime(path, (time.time() - 2 * HOUR,) * 2)
            if path.stat().st_mtime < time.time() - HOUR:
                old.add(path.name)
        return old

    def restart(self):
        old, before, needed = self.age(), self.blobs(), self.needed()
        self.start()
        if self.keeps or self.broken():
            assert self.blobs() == before
        else:
            assert self.blobs() == before - (old - needed)

    def step(self):
        """A random step, and what may never be otherwise after it."""
        before, needed = self.blobs(), self.needed()
        work = self.chance.choice([self.create, self.create, self.pull, self.pull, self.copy,
                                   self.delete, self.upload, self.plant])
        brought = work() or set()
        now, needed_now, broken = self.blobs(), self.needed(), self.broken()
        assert [one for one in complaints(self.store) if "is no manifest" not in one] == []
        assert before & needed_now <= now
        if broken or (self.keeps and work != self.delete):
            assert before <= now
        elif not self.keeps:
            assert now - needed_now == ((before - needed) | brought) - needed_now


@pytest.fixture
def registry():
    host = StrangeRegistry({})
    yield host
    host.close()


@pytest.fixture
def begin(make_server, tmp_path, registry):
    def make(seed, **env):
        steps.append(RandomSteps(make_server, tmp_path / "models", registry, seed, **env))
        return steps[-1]

    steps = []
    yield make
    for one in steps:
        one.api.close()


@pytest.mark.parametrize("seed", range(4))
def test_unused_blobs_go_and_no_other(begin, seed):
    work = begin(seed)
    for n in range(STEPS):
        work.step()
        if n % 10 == 9:
            work.restart()


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_cleared_away_where_nothing_shall_be(begin, seed):
    work = begin(seed, OLLAMA_NOPRUNE="1")
    for n in range(STEPS):
        work.step()
        if n % 20 == 19:
            work.restart()


@pytest.mark.parametrize("seed", range(3))
def test_while_a_manifest_is_unreadable_no_blob_goes(begin, seed):
    work = begin(seed)
    for n in range(STEPS):
        if n % 30 == 10:
            place = work.chance.choice([one for one in sorted(manifests(work.store))
                                        if "/sprout/" not in one])  # which creates need
            path = work.store / "manifests" / place
            path.write_bytes(work.chance.choice([b"", path.read_bytes()[:-9], b"[]", b"\xff"]))
        work.step()
        if n % 10 == 9:
            work.restart()
