"""What there is to pull, by the catalogue, and names that mean it."""

import hashlib
import json
import subprocess

import pytest

from harness import npu
from harness.api import Api
from harness.cli import Cli
from harness.host import Host
from harness.hub import Hub, folder_contents
from harness.npu import Card
from harness.sprout import GREEDY

needs_card = pytest.mark.skipif(not npu.IS_BUILT, reason=npu.WHY_NOT)
REPOSITORY = "AXERA-TECH/Sprout"
COMMIT = hashlib.sha1(REPOSITORY.encode()).hexdigest()  # that the hub gives it
ENTRY = {"name": "tiny:3m", "repository": REPOSITORY, "revision": COMMIT,
         "folder": "sprout-ax650", "family": "qwen3", "bytes": 12_000_000, "context": 1023,
         "capabilities": ["completion", "tools", "thinking"],
         "tokens_per_second": {"raspberry_pi_5": 99.5}}


@pytest.fixture
def cli(server):
    return Cli(server)


def by_name(catalogue):
    return {model["name"]: model for model in catalogue["models"]}


def test_the_catalogue_is_in_the_program(api):
    catalogue = api.get("/api/catalogue").json()
    assert catalogue["source"] == "built in" and catalogue["cards"] == []
    model = by_name(catalogue)["qwen3:4b"]
    assert model["repository"] == "hf.co/AXERA-TECH/Qwen3-4B"
    assert model["context_length"] == 2559
    assert model["card_memory"] == 5224 << 20 and model["card_memory_estimated"] is False
    assert model["tokens_per_second"]["raspberry_pi_5"] == 3.69
    assert {"completion", "tools", "thinking"} <= set(model["capabilities"])
    assert model["fits"] is None  # no card to ask
    assert by_name(catalogue)["qwen3:0.6b"]["card_memory_estimated"] is True


@needs_card
def test_what_fits_is_told_where_a_card_is(make_server, tmp_path):
    server = make_server(**Card(tmp_path).env)
    api = Api(server.url)
    catalogue = api.get("/api/catalogue").json()
    api.close()
    assert [card["driver"] for card in catalogue["cards"]] == ["V3.10.2"]
    assert 7_000_000_000 < catalogue["cards"][0]["free"] < 8_000_000_000
    models = by_name(catalogue)
    assert models["qwen3:4b"]["fits"] is True
    assert models["qwen3.5:4b-32k"]["fits"] is False  # 7.6 GB of files
    assert models["minicpm5:2b"]["fits"] is None  # nobody tells its size
    said = Cli(server).ok("list", "--remote", "qwen3:4b")
    assert "5.5 GB" in said and "3.7 tok/s (Raspberry Pi 5)" in said and "yes" in said
    assert json.loads(Cli(server).ok("list", "--remote", "--json")) == catalogue


def recommended(api):
    answer = api.get("/api/experimental/model-recommendations")
    assert answer.status_code == 200
    return {one["model"]: one for one in answer.json()["recommendations"]}


def test_models_are_recommended_by_what_is_known_of_them(api):
    models = recommended(api)
    assert models["qwen3:4b"] == {
        "model": "qwen3:4b", "context_length": 2559, "vram_bytes": 5224 << 20,
        "description": "qwen3 4B W8A16 for the AX650 NPU, 3.7 tokens/s on a Raspberry Pi 5"}
    everything = by_name(api.get("/api/catalogue").json())
    assert set(models) == {name for name, model in everything.items()
                           if "completion" in model["capabilities"] and model["tokens_per_second"]}
    assert 10 < len(models) < len(everything)


@needs_card
def test_models_are_recommended_that_have_room(make_server, tmp_path):
    server = make_server(**Card(tmp_path).env)
    api = Api(server.url)
    models, everything = recommended(api), by_name(api.get("/api/catalogue").json())
    api.close()
    assert "qwen3:4b" in models
    assert {everything[name]["fits"] for name in models} == {True}
    assert "minicpm5:2b" in everything and "minicpm5:2b" not in models  # nobody tells its size


@needs_card
def test_the_cards_are_listed(tmp_path):
    env = Card(tmp_path).env
    said = subprocess.run([npu.BINARY, "devices"], capture_output=True, text=True, env=env,
                          check=True).stdout
    assert "npu:0" in said and "V3.10.2" in said and "MEMORY" in said
    env = env | {"AXCL_STANDIN_CARD_ABSENT": "1"}
    none = subprocess.run([npu.BINARY, "devices"], capture_output=True, text=True, env=env)
    assert none.returncode == 1 and "no card is connected" in none.stderr


@pytest.fixture
def hub(tmp_path):
    packed = tmp_path / "packed/sprout-ax650"
    packed.parent.mkdir()
    subprocess.run([npu.PACK, npu.HF, packed, "--tokenizer", "hf"], check=True,
                   capture_output=True)
    host = Hub({REPOSITORY: folder_contents(packed.parent) | {"README.md": b"# Sprout\n"}})
    yield host
    host.close()


@pytest.fixture
def machine(make_server, hub, tmp_path):
    """A machine with a card, and a newer catalogue."""
    server = make_server(HF_ENDPOINT=hub.url, AXLLAMA_PULL_BACKOFF="10ms", **Card(tmp_path).env)
    file = tmp_path / "newer.json"
    file.write_text(json.dumps([ENTRY]))
    cli = Cli(server)
    assert "1 models in" in cli.ok("catalogue", "update", "--from", str(file))
    api = Api(server.url)
    assert list(by_name(api.get("/api/catalogue").json())) == ["tiny:3m"]
    yield server, api, cli
    api.close()


@needs_card
def test_run_pulls_the_npus_build_and_answers_on_the_card(machine, hub):
    server, api, cli = machine
    said = cli("run", "tiny:3m", "The capital of France is")
    assert said.code == 0 and "Paris" in said.out, said.err
    assert "tiny:3m-npu is the build for the NPU, from hf.co/AXERA-TECH/Sprout" in said.err
    assert "tiny:3m-npu" in api.tags() and "tiny:3m" not in api.tags()
    assert api.ps()["tiny:3m-npu"]["size_vram"] > 0
    assert "Paris" in api.generate("The capital of France is", "tiny:3m",
                                   options=GREEDY)["response"]
    asked = len(hub.asked)
    assert "Paris" in cli.ok("run", "tiny:3m", "The capital of France is")
    assert len(hub.asked) == asked  # it is there now


@needs_card
def test_a_pull_says_which_build_it_takes(machine):
    _, api, _ = machine
    answer = api.post("/api/pull", {"model": "tiny:3m", "stream": False})
    assert answer.json() == {"status": "success"}
    assert "build for the NPU" in answer.headers["axllama-notice"]
    lines = api.lines("/api/pull", {"model": "tiny:3m-npu"})
    assert lines[-1] == {"status": "success"}
    refused = api.post("/api/pull", {"model": "other", "device": "npu"})
    assert refused.status_code == 404
    assert "no build of other:latest for the NPU" in refused.json()["error"]


@needs_card
def test_create_pulls_what_it_is_made_from(machine):
    _, api, _ = machine
    lines = api.lines("/api/create", {"model": "mine", "from": "tiny:3m-npu",
                                      "system": "Answer in one word."})
    statuses = [line["status"] for line in lines]
    assert "pulling manifest" in statuses and statuses[-1] == "success"
    assert {"mine:latest", "tiny:3m-npu"} <= set(api.tags())


def test_a_misspelled_name_gets_the_nearest(cli):
    said = cli("pull", "quen3:4b")
    assert said.code == 1 and "did you mean qwen3:4b" in said.err


@pytest.mark.parametrize("content, why", [
    ("<html>", "no JSON list"), ("[]", "empty"), ('[{"name": "a b"}]', "entry a b"),
])
def test_a_bad_catalogue_replaces_nothing(cli, api, tmp_path, content, why):
    file = tmp_path / "bad.json"
    file.write_text(content)
    said = cli("catalogue", "update", "--from", str(file))
    assert said.code == 1 and why in said.err
    assert api.get("/api/catalogue").json()["source"] == "built in"


class Catalogues(Host):
    """/newer has one, /moved leads there, /away leads to no http."""

    def answer(self, handler, asked):
        if asked.path == "/newer":
            handler.reply(200, json.dumps([ENTRY]).encode())
        elif asked.path in ("/moved", "/away"):
            to = "/newer" if asked.path == "/moved" else "ftp://127.0.0.1/newer"
            handler.reply(302, b"", {"Location": to})
        else:
            handler.reply(404)


@pytest.fixture
def catalogues():
    host = Catalogues()
    yield host
    host.close()


@pytest.mark.parametrize("path", ["/newer", "/moved"])
def test_a_catalogue_comes_from_the_net(make_server, catalogues, path):
    server = make_server()
    cli = Cli(server)
    assert "1 models in" in cli.ok("catalogue", "update", "--from", catalogues.url + path)
    assert "tiny:3m" in cli.ok("list", "--remote")


@pytest.mark.parametrize("path, why", [("/none", "404"), ("/away", "ftp")])
def test_a_catalogue_that_does_not_come_replaces_nothing(cli, api, catalogues, path, why):
    said = cli("catalogue", "update", "--from", catalogues.url + path)
    assert said.code == 1 and why in said.err
    assert api.get("/api/catalogue").json()["source"] == "built in"


@pytest.mark.parametrize("words", [["show", "spruot"], ["rm", "spruot"], ["cp", "spruot", "x"]])
def test_commands_about_a_model_name_the_nearest(cli, words):
    said = cli(*words)
    assert said.code == 1
    assert "not found\ndid you mean sprout:latest?\n" in said.err


def test_whether_the_cards_are_asked_is_yes_or_no(api):
    assert api.get("/api/catalogue?x=1&cards=false").json()["cards"] == []
    answer = api.get("/api/catalogue?cards=maybe")
    assert answer.status_code == 400
    assert answer.json() == {"error": "cards must be true or false"}


def test_a_catalogue_comes_from_somewhere(cli, tmp_path):
    said = cli("catalogue", "update")
    assert said.code == 1 and "AXLLAMA_CATALOGUE_URL" in said.err
    assert cli("catalogue", "update", "--from", str(tmp_path / "none.json")).code == 1
    assert cli("catalogue", "renew").code == 1
