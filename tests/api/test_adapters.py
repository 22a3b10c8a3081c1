"""LoRA adapters: ADAPTER of a Modelfile, as llama-server applies them."""

import pytest

from harness.api import expect_error
from harness.cli import Cli
from harness.llama_server import BINARY, LlamaServer
from harness.lora import adapter
from harness.models import digest_of
from harness.server import ROOT

SPROUT = ROOT / "models/sprout/sprout-q8_0.gguf"
GREEDY = {"temperature": 0, "num_predict": 24}
PROMPTS = ["The capital of France is", "Count to 5:", "My name is"]


def upload(api, content):
    digest = digest_of(content)
    assert api.http.post(f"/api/blobs/{digest}", content=content).status_code in (200, 201)
    return digest


def create(api, content, **fields):
    return api.post("/api/create", {"model": "adapted", "from": "sprout", "stream": False,
                                    "adapters": {"lora.gguf": upload(api, content)}} | fields)


@pytest.fixture
def adapted(api):
    assert create(api, adapter()).json() == {"status": "success"}
    yield "adapted"
    api.delete("/api/delete", {"model": "adapted"})


@pytest.fixture
def peer(tmp_path):
    if not BINARY.exists():
        pytest.skip("there is no llama-server")
    (tmp_path / "lora.gguf").write_bytes(adapter())
    server = LlamaServer(SPROUT, tmp_path / "log", threads=1, context=1024,
                         more=["--lora", str(tmp_path / "lora.gguf")])
    yield server.wait_ready()
    server.stop()


def answers(api, model):
    return [api.generate(prompt, model, raw=True, options=GREEDY)["response"]
            for prompt in PROMPTS]


def test_answers_are_those_of_llama_server(api, adapted, peer):
    plain, changed = answers(api, "sprout"), answers(api, adapted)
    assert all(a != b for a, b in zip(plain, changed))
    told = [peer.post("/completion", {"prompt": prompt, "temperature": 0, "n_predict": 24})
            for prompt in PROMPTS]
    assert changed == [one["content"] for one in told]
    assert answers(api, "sprout") == plain  # the same weights, without it


def test_a_model_made_from_one_keeps_it_or_takes_another(api, adapted):
    other = adapter(tensors={"blk.1.ffn_up.weight": [192, 512]})
    for name, adapters in ("kept", {}), ("other", {"other.gguf": upload(api, other)}):
        made = api.post("/api/create", {"model": name, "from": adapted, "system": "Be brief.",
                                        "adapters": adapters, "stream": False})
        assert made.json() == {"status": "success"}
    assert answers(api, "kept") == answers(api, adapted) != answers(api, "other")
    for name in "kept", "other":
        api.delete("/api/delete", {"model": name})


def test_the_command_line_creates_one(server, api, tmp_path):
    cli = Cli(server)
    (tmp_path / "lora.gguf").write_bytes(adapter())
    (tmp_path / "Modelfile").write_text(f"FROM {SPROUT}\nADAPTER ./lora.gguf\n")
    assert "success" in cli("create", "adapted", "-f", str(tmp_path / "Modelfile")).err
    modelfile = cli.ok("show", "--modelfile", "adapted")
    blob = digest_of(adapter()).replace(":", "-")
    assert f"\nADAPTER {server.models}/blobs/{blob}\n" in modelfile
    (tmp_path / "Again").write_text(modelfile)
    assert "success" in cli("create", "again", "-f", str(tmp_path / "Again")).err
    assert answers(api, "again") == answers(api, "adapted")
    cli.ok("rm", "again", "adapted")


@pytest.mark.parametrize("content, why", [
    (adapter("llama"), "the adapter is for models of the family llama, and this one is of qwen3"),
    (SPROUT.read_bytes(), "the file that ADAPTER names is no LoRA adapter"),
])
def test_what_is_no_adapter_for_the_model_is_refused(api, content, why):
    expect_error(create(api, content), 400, why)
    assert "adapted:latest" not in api.tags()


def test_one_with_other_sizes_fails_to_load_and_says_why(api):
    content = adapter(tensors={"blk.0.attn_q.weight": [96, 192]})
    assert create(api, content).status_code == 200
    answer = api.post("/api/generate", {"model": "adapted", "prompt": "Hi", "stream": False})
    assert answer.status_code == 500 and "can't load the adapter" in answer.json()["error"]
    assert api.generate("Hi", "sprout", options=GREEDY)["done"]
    api.delete("/api/delete", {"model": "adapted"})


def test_no_adapter_is_taken_alone_or_twice(api):
    digest = upload(api, adapter())
    alone = api.post("/api/create", {"model": "x", "adapters": {"lora.gguf": digest}})
    expect_error(alone, 400, "neither 'from' or 'files' was specified")
    missing = api.post("/api/create", {"model": "x", "from": "sprout",
                                       "adapters": {"lora.gguf": "sha256:" + "0" * 64}})
    assert "not found" in missing.text
    twice = api.post("/api/create", {"model": "x", "from": "sprout",
                                     "adapters": {"a.gguf": digest, "b.gguf": digest}})
    expect_error(twice, 400, "only one adapter is currently supported")
