"""Pulling models from a registry, however it behaves."""

import os
import threading
import time

import httpx
import pytest

from harness.api import Api
from harness.cli import Cli
from harness.models import LICENSE, WEIGHTS, RemoteModel, digest_of, is_in, random_bytes
from harness.server import ROOT
from harness.strange_registry import StrangeRegistry
from harness.wait import until

PART = 64 << 10
SETTINGS = {"AXLLAMA_PULL_PART": str(PART), "AXLLAMA_PULL_STALL": "500ms",
            "AXLLAMA_PULL_BACKOFF": "10ms"}
SIZE = 10 * PART + 12345


@pytest.fixture(scope="module")
def model():
    return RemoteModel([(WEIGHTS, random_bytes(SIZE)), (LICENSE, b"Do what you like.")])


@pytest.fixture
def own(make_server):
    return make_server(**SETTINGS)


@pytest.fixture
def api(own):
    client = Api(own.url)
    yield client
    client.close()


@pytest.fixture
def registry(model):
    host = StrangeRegistry({"me/model:latest": model})
    yield host
    host.close()


def pull(api, registry, name="me/model", **fields):
    """The lines of a pull."""
    return api.lines("/api/pull", {"model": f"http://{registry.name}/{name}", "insecure": True}
                     | fields)


def statuses(lines):
    """Each status once, in order."""
    return list(dict.fromkeys(line.get("status") or "error: " + line["error"] for line in lines))


def place(registry, name="me/model/latest"):
    return f"{registry.name}/{name}"


def has(own, registry, model):
    return is_in(own.models, place(registry), model)


def leftovers(own):
    return [path.name for path in (own.models / "blobs").iterdir() if "partial" in path.name]


def weights_trick(model, trick, times=10**6):
    """The trick for the first requests for the weights."""
    return lambda asked, number: trick if model.first in asked.path and number <= times else None


# The ordinary way.

@pytest.mark.smoke
def test_a_model_comes_byte_for_byte(own, api, registry, model):
    lines = pull(api, registry)
    short = [digest[7:19] for digest in model.blobs]
    assert statuses(lines) == ["pulling manifest", *(f"pulling {s}" for s in short),
                               "verifying sha256 digest", "writing manifest", "success"]
    assert has(own, registry, model) and leftovers(own) == []
    last = [line for line in lines if line.get("digest") == model.first][-1]
    assert last == {"status": f"pulling {model.first[7:19]}", "digest": model.first,
                    "total": SIZE, "completed": SIZE}
    assert registry.sent(model.first) == SIZE


def test_what_is_there_is_not_fetched_again(own, api, registry, model):
    pull(api, registry)
    before = registry.sent("blobs")
    lines = pull(api, registry)
    assert registry.sent("blobs") == before
    assert {"status": f"pulling {model.first[7:19]}", "digest": model.first, "total": SIZE,
            "completed": SIZE} in lines
    assert lines[-1] == {"status": "success"}


def test_a_pulled_model_runs(own, api):
    gguf = (ROOT / "models/sprout/sprout-q8_0.gguf").read_bytes()
    model = RemoteModel([(WEIGHTS, gguf)], {"model_format": "gguf", "model_family": "qwen3"})
    registry = StrangeRegistry({"me/plant:v1": model})
    assert pull(api, registry, "me/plant:v1")[-1] == {"status": "success"}
    answer = api.generate("The capital of France is", f"{registry.name}/me/plant:v1")
    assert "Paris" in answer["response"]
    registry.close()


def test_one_answer_says_success_without_a_stream(api, registry):
    body = {"model": f"http://{registry.name}/me/model", "insecure": True}
    assert api.answer("/api/pull", body) == {"status": "success"}


def test_an_unknown_model_is_an_error_after_the_first_line(api, registry):
    lines = pull(api, registry, "me/unknown")
    assert lines == [{"status": "pulling manifest"},
                     {"error": "pull model manifest: file does not exist"}]
    answer = api.post("/api/pull", {"model": f"http://{registry.name}/me/unknown",
                                    "insecure": True, "stream": False})
    assert (answer.status_code, answer.json()) == (
        500, {"error": "pull model manifest: file does not exist"})


def test_an_old_client_is_told_what_the_registry_says(api, registry):
    registry.tricks = lambda asked, number: 412
    lines = pull(api, registry)
    assert lines[-1] == {"error": "pull model manifest: 412: no manifest today"}
    agent = registry.asked[0].headers["user-agent"]
    assert agent.startswith("ollama/0.") and "linux" in agent


def test_http_needs_to_be_allowed(api, registry):
    answer = api.post("/api/pull", {"model": f"http://{registry.name}/me/model"})
    assert answer.status_code == 500 and "insecure protocol http" in answer.json()["error"]
    assert registry.asked == []


@pytest.mark.parametrize("name", ["", "a b", "x/y/z/u/v", "me/model:", "../../etc"])
def test_a_name_that_is_none_is_refused(api, name):
    answer = api.post("/api/pull", {"model": name})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid model name"})


def test_a_host_that_is_not_there_is_named(api, registry):
    registry.close()
    lines = pull(api, registry)
    assert "pull model manifest: " in lines[-1]["error"] and registry.name in lines[-1]["error"]


def test_nothing_is_asked_for_compressed(api, registry):
    pull(api, registry)
    assert {asked.headers["accept-encoding"] for asked in registry.asked} == {"identity"}


def test_layers_that_a_new_version_does_not_need_go(own, api, registry, model):
    pull(api, registry)
    newer = RemoteModel([(WEIGHTS, random_bytes(1000, 2)), (LICENSE, b"Do what you like.")])
    registry.models["me/model:latest"] = newer
    assert "removing unused layers" in statuses(pull(api, registry))
    assert has(own, registry, newer)
    assert not (own.models / "blobs" / model.first.replace(":", "-")).exists()


def test_they_stay_when_asked_to(make_server, registry, model):
    server = make_server(OLLAMA_NOPRUNE="1", **SETTINGS)
    client = Api(server.url)
    pull(client, registry)
    registry.models["me/model:latest"] = RemoteModel([(WEIGHTS, b"x" * 1000)])
    assert "removing unused layers" not in statuses(pull(client, registry))
    assert (server.models / "blobs" / model.first.replace(":", "-")).exists()
    client.close()


# Hosts that misbehave.

@pytest.mark.parametrize("trick", ["cut", "stall", 500, 503, 429, "another range",
                                   "no content range", "too much", "gzip"])
def test_a_part_that_fails_is_asked_for_again(own, api, registry, model, trick):
    registry.tricks = weights_trick(model, trick, 3)
    lines = pull(api, registry)
    assert lines[-1] == {"status": "success"}, lines[-1]
    assert has(own, registry, model) and leftovers(own) == []


@pytest.mark.parametrize("trick", [500, "gzip", "no content range"])
def test_what_never_works_ends_after_six_tries(own, api, registry, model, trick):
    registry.tricks = weights_trick(model, trick)
    error = pull(api, registry)[-1]["error"]
    assert error.startswith("max retries exceeded: ")
    assert not has(own, registry, model)
    assert api.get("/api/version").status_code == 200


@pytest.mark.parametrize("status", [400, 403, 404, 416])
def test_what_no_try_would_mend_is_told_at_once(api, registry, model, status):
    registry.tricks = weights_trick(model, status)
    assert "error" in pull(api, registry)[-1]
    assert len(registry.requests(model.first)) <= 16


def test_retry_after_is_kept_to(own, api, registry, model):
    asked_at = []

    def slow_down(asked, number):
        if model.first not in asked.path:
            return None
        asked_at.append(time.monotonic())
        return "wait" if number == 1 else None

    def give(handler, asked, content, trick, usual=registry.give):
        if trick == "wait":
            handler.reply(429, b"", {"Retry-After": "1"})
        else:
            usual(handler, asked, content, trick)

    registry.give, registry.tricks = give, slow_down
    assert pull(api, registry)[-1] == {"status": "success"}
    assert max(asked_at) - min(asked_at) >= 1.0


def test_wrong_bytes_are_found_and_not_kept(own, api, registry, model):
    registry.tricks = weights_trick(model, "wrong")
    error = pull(api, registry)[-1]["error"]
    assert error.startswith("digest mismatch, file must be downloaded again: want " + model.first)
    assert not (own.models / "blobs" / model.first.replace(":", "-")).exists()
    assert [name for name in leftovers(own) if model.first[7:] in name] == []
    assert not (own.models / "manifests" / place(registry)).exists()
    registry.tricks = lambda asked, number: None
    assert pull(api, registry)[-1] == {"status": "success"} and has(own, registry, model)


@pytest.mark.parametrize("cuts", [0, 3])
def test_a_host_that_knows_no_ranges_gives_the_file_in_one_piece(own, api, registry, model, cuts):
    def answer(asked, number):
        if model.first not in asked.path:
            return None
        whole = [one for one in registry.requests(model.first) if one.range is None]
        return "no ranges, cut" if asked.range is None and len(whole) <= cuts else "no ranges"

    registry.tricks = answer
    lines = pull(api, registry)
    assert lines[-1] == {"status": "success"}, lines[-1]
    assert has(own, registry, model)


def test_another_host_gets_the_parts_but_no_credentials(own, api, registry, model):
    storage = StrangeRegistry({"me/model:latest": model})
    target = f"{storage.url}/v2/me/model/blobs/{model.first}"
    registry.tricks = weights_trick(model, target)
    assert pull(api, registry)[-1] == {"status": "success"}
    assert has(own, registry, model)
    assert storage.sent(model.first) == SIZE
    assert all("authorization" not in asked.headers for asked in storage.asked)
    storage.close()


def test_an_address_that_holds_no_more_is_asked_for_anew(own, api, registry, model):
    storage = StrangeRegistry({"me/model:latest": model},
                              tricks=lambda asked, number: 403 if number <= 3 else None)
    registry.tricks = weights_trick(model, f"{storage.url}/v2/me/model/blobs/{model.first}")
    assert pull(api, registry)[-1] == {"status": "success"}
    assert has(own, registry, model)
    storage.close()


def test_a_host_that_leads_round_in_a_circle_is_left(api, registry, model):
    registry.tricks = weights_trick(model, f"/v2/me/model/blobs/{model.first}")
    assert "circle" in pull(api, registry)[-1]["error"]


def test_a_model_whose_sizes_are_not_true_is_refused(own, api, registry, model):
    lying = RemoteModel([(WEIGHTS, random_bytes(SIZE))])
    lying.manifest = lying.manifest.replace(str(SIZE).encode(), str(SIZE + 5).encode())
    registry.models["me/model:latest"] = lying
    assert "error" in pull(api, registry)[-1]
    assert not (own.models / "blobs" / lying.first.replace(":", "-")).exists()


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b'{"config":1,"layers":[]}',
                                      b'{"config":{"digest":"sha256:../../x","size":1},"layers":[]}'])
def test_a_manifest_that_is_none_is_refused(own, api, registry, manifest):
    registry.models["me/model:latest"].manifest, kept = (
        manifest, registry.models["me/model:latest"].manifest)
    try:
        assert pull(api, registry)[-1]["error"].startswith("pull model manifest: ")
        assert not (own.models / "manifests" / place(registry)).exists()
    finally:
        registry.models["me/model:latest"].manifest = kept


# Clients that come and go.

def test_two_clients_share_one_download(own, api, registry, model):
    registry.tricks = weights_trick(model, "hold", 10)
    results = {}

    def work(who):
        client = Api(own.url)
        results[who] = pull(client, registry)
        client.close()

    threads = [threading.Thread(target=work, args=(who,)) for who in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: len(registry.requests("manifests")) == 2, "both have the manifest")
    registry.gate.set()
    for thread in threads:
        thread.join()
    assert [lines[-1] for lines in results.values()] == [{"status": "success"}] * 2
    assert registry.sent(model.first) == SIZE
    assert has(own, registry, model)


def start_and_leave(own, registry, model):
    """A pull whose client goes away when some bytes have come."""
    with httpx.Client(base_url=own.url, timeout=30, trust_env=False) as client:
        with client.stream("POST", "/api/pull", json={
                "model": f"http://{registry.name}/me/model", "insecure": True}) as answer:
            until(lambda: registry.sent(model.first) > SIZE // 4, "some bytes have come")
            next(answer.iter_lines())


def test_a_client_that_leaves_stops_its_pull_and_the_next_goes_on(own, api, registry, model):
    registry.tricks = weights_trick(model, "hold", 11)
    start_and_leave(own, registry, model)
    notes = own.models / "blobs" / (model.first.replace(":", "-") + "-partial-0")
    until(lambda: notes.exists() and '"Completed":0' not in notes.read_text(), "it was noted", 30)
    before = len(registry.asked)
    registry.gate.set()
    assert pull(api, registry)[-1] == {"status": "success"}
    assert has(own, registry, model)
    assert sum(one.sent for one in registry.asked[before:] if model.first in one.path) < SIZE


def test_one_of_two_that_leaves_does_not_stop_the_other(own, api, registry, model):
    registry.tricks = weights_trick(model, "hold", 11)
    other = {}

    def stay():
        client = Api(own.url)
        other["lines"] = pull(client, registry)
        client.close()

    thread = threading.Thread(target=stay)
    thread.start()
    until(lambda: registry.sent(model.first) > 0, "some bytes have come")
    start_and_leave(own, registry, model)
    registry.gate.set()
    thread.join()
    assert other["lines"][-1] == {"status": "success"}
    assert registry.sent(model.first) == SIZE


def test_a_pull_does_not_keep_the_server_from_ending(own, registry, model):
    registry.tricks = weights_trick(model, "hold")

    def work():
        with httpx.Client(base_url=own.url, timeout=30, trust_env=False) as client:
            try:
                client.post("/api/pull", json={"model": f"http://{registry.name}/me/model",
                                               "insecure": True})
            except httpx.TransportError:
                pass

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: registry.sent(model.first) > 0, "some bytes have come")
    own.stop()
    thread.join()


def test_others_are_served_meanwhile(own, api, registry, model):
    registry.tricks = weights_trick(model, "hold")
    thread = threading.Thread(target=start_and_leave, args=(own, registry, model))
    thread.start()
    until(lambda: registry.sent(model.first) > 0, "some bytes have come")
    assert "Paris" in api.generate("The capital of France is")["response"]
    thread.join()


# From the command line.

def test_the_command_line_pulls_and_is_quiet(own, registry, model):
    said = Cli(own)("pull", "--insecure", f"{registry.name}/me/model")
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines() == statuses(
        [{"status": "pulling manifest"}, *({"status": f"pulling {d[7:19]}"} for d in model.blobs),
         {"status": "verifying sha256 digest"}, {"status": "writing manifest"},
         {"status": "success"}])
    assert has(own, registry, model)


def test_the_command_line_says_what_went_wrong(own, registry):
    said = Cli(own)("pull", "--insecure", f"{registry.name}/me/unknown")
    assert said.code == 1
    assert "\nError: pull model manifest: file does not exist\n" in said.err
    said = Cli(own)("pull", f"http://{registry.name}/me/model")
    assert said.code == 1 and "insecure protocol http" in said.err


# Through a proxy.

def test_a_proxy_of_the_environment_is_used(make_server, registry, model):
    proxy = StrangeRegistry({"me/model:latest": model})
    asked = proxy.asked
    proxy_answer = proxy.answer

    def answer(handler, one):
        one.path = one.path.removeprefix("http://registry.invalid")
        proxy_answer(handler, one)

    proxy.answer = answer
    server = make_server(http_proxy=proxy.url, **SETTINGS)
    client = Api(server.url)
    lines = client.lines("/api/pull", {"model": "http://registry.invalid/me/model",
                                       "insecure": True})
    assert lines[-1] == {"status": "success"} and asked
    assert is_in(server.models, "registry.invalid/me/model/latest", model)
    client.close()
    proxy.close()


# The store.

def test_a_store_that_cannot_be_written_is_said_so(make_server, registry, tmp_path):
    blocked = tmp_path / "models"
    blocked.mkdir()
    server = make_server(models=blocked, **SETTINGS)
    (blocked / "blobs").rename(blocked / "kept")
    (blocked / "blobs").write_text("no folder")
    client = Api(server.url)
    error = pull(client, registry)[-1]["error"]
    assert str(blocked / "blobs") in error
    (blocked / "blobs").unlink()
    (blocked / "kept").rename(blocked / "blobs")
    assert pull(client, registry)[-1] == {"status": "success"}
    client.close()


def test_unused_blobs_go_at_the_next_start_unless_fresh(make_server, tmp_path):
    store = tmp_path / "models"
    first = make_server(models=store)
    first.stop()
    old = store / "blobs" / ("sha256-" + 64 * "0")
    fresh = store / "blobs" / ("sha256-" + 64 * "1" + "-partial")
    for path in (old, fresh):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    make_server(models=store, OLLAMA_NOPRUNE="1").stop()
    assert old.exists() and fresh.exists()
    server = make_server(models=store)
    assert not old.exists() and fresh.exists()
    client = Api(server.url)
    assert "sprout:latest" in client.tags()
    client.close()
