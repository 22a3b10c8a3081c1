"""A model's Modelfile makes the model again, layer by layer."""

import hashlib
import json

import pytest

from harness.cli import Cli
from harness.models import RemoteModel
from harness.round_trip import make_again, manifest, same_parts
from harness.server import ROOT

WEIGHTS = ROOT / "models/sprout/sprout-q8_0.gguf"
EVERYTHING = {
    "template": '{{ .System }} "quoted"\n{{ .Prompt }} ',
    "system": ' Say """yes""" or no.\nAnd "why".\n',
    "license": ["MIT License\n\n\"as is\"\n", "Apache", ""],
    "parameters": {"temperature": 0.7, "top_p": 1e-7, "num_ctx": 512, "num_keep": -1,
                   "use_mmap": False, "stop": ["a\n", '"b"', " c ", "d\\n", "# e", "<|im_end|>"]},
    "messages": [{"role": "system", "content": ""}, {"role": "user", "content": 'Who is "Bo"?'},
                 {"role": "assistant", "content": "A cat.\n\n\"Bo\"\n"}],
    "renderer": "qwen3.5", "parser": "qwen3", "requires": "0.14.0",
}


@pytest.fixture
def cli(server):
    return Cli(server)


@pytest.fixture
def create(api):
    made = ["again:latest"]

    def make(name, **fields):
        made.append(name)
        answer = api.post("/api/create", {"model": name, "stream": False} | fields)
        assert answer.status_code == 200, answer.text

    yield make
    for name in made:
        api.delete("/api/delete", {"model": name})


def upload(api, path):
    digest = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    assert api.head(f"/api/blobs/{digest}").status_code == 200 or \
        api.post(f"/api/blobs/{digest}", path.read_bytes()).status_code == 201
    return {path.name: digest}


@pytest.mark.smoke
@pytest.mark.parametrize("left_out", [None, *EVERYTHING])
def test_a_model_of_a_file_comes_back_to_the_last_byte(api, cli, server, create, left_out):
    fields = {key: value for key, value in EVERYTHING.items() if key != left_out}
    create("full", files=upload(api, WEIGHTS), **fields)
    make_again(cli, "full")
    assert manifest(server, "again:latest") == manifest(server, "full:latest")
    assert api.tags()["again:latest"]["digest"] == api.tags()["full:latest"]["digest"]


def test_a_model_of_a_model_comes_back_but_for_its_origin(api, cli, server, create):
    create("full", **{"from": "sprout"} | EVERYTHING)
    make_again(cli, "full")
    same_parts(server, "full:latest", "again:latest")
    shown = [api.answer("/api/show", {"model": name}) for name in ("full", "again")]
    assert [one["details"]["parent_model"] for one in shown] == ["sprout:latest", ""]
    for key in set(shown[0]) - {"details", "modelfile", "modified_at"}:
        assert shown[0][key] == shown[1][key], key


def test_the_bundled_model_comes_back(cli, server, create):
    make_again(cli, "sprout")
    assert manifest(server, "again:latest") == manifest(server, "sprout:latest")


def test_a_model_as_registries_have_them_comes_back(cli, server, create):
    kind = "application/vnd.ollama.image."
    params = b'{"num_ctx":256,"stop":["\\u003c|im_end|\\u003e","x"],"temperature":0.5}\n'
    remote = RemoteModel([
        (kind + "model", WEIGHTS.read_bytes()), (kind + "license", b"MIT\n\n  indented\n"),
        (kind + "template", b"{{ .Prompt }}\n"), (kind + "params", params),
        (kind + "license", b"second"), (kind + "system", b"Be brief.")],
        {"model_format": "gguf", "model_family": "qwen3", "model_families": ["qwen3"],
         "model_type": "2.76M", "file_type": "Q8_0"})
    for digest, content in remote.blobs.items():
        (server.models / "blobs" / digest.replace(":", "-")).write_bytes(content)
    place = server.models / "manifests/registry.ollama.ai/library/pulled/latest"
    place.parent.mkdir(parents=True)
    place.write_bytes(remote.manifest)
    create("copy", **{"from": "pulled"})
    make_again(cli, "pulled")
    layers = {name: sorted(layer["digest"] for layer in manifest(server, name)["layers"])
              for name in ("pulled:latest", "again:latest")}
    assert layers["again:latest"] == layers["pulled:latest"]
    same_parts(server, "copy:latest", "again:latest")  # whatever order a registry has them in
    Cli(server).ok("rm", "pulled")


def test_what_a_modelfile_cannot_hold_is_said_and_kept_by_its_name(api, cli, server, create):
    call = {"function": {"name": "get_time", "arguments": {"city": "Rome"}}}
    create("full", **{"from": "sprout"}, system='a\n"""\nb', messages=[
        {"role": "user", "content": "What time is it in Rome?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "12:00"}])
    modelfile = make_again(cli, "full")
    left_out = [line.split(" is left out")[0] for line in modelfile.splitlines()
                if "is left out" in line]
    assert left_out == ["# A SYSTEM", "# A MESSAGE assistant", "# A MESSAGE tool"]
    shown = api.answer("/api/show", {"model": "again"})
    assert [message["role"] for message in shown["messages"]] == ["user"]
    assert "system" not in shown
    (server.folder / "ByName").write_text("FROM full:latest\n")
    assert cli("create", "named", "-f", str(server.folder / "ByName")).code == 0
    try:
        same_parts(server, "full:latest", "named:latest")
    finally:
        cli.ok("rm", "named")


@pytest.mark.smoke
def test_a_version_that_is_none_is_refused(api):
    answer = api.post("/api/create", {"model": "no", "from": "sprout", "requires": "soon"})
    assert answer.status_code == 400
    assert "requires must be a valid semver (e.g. 0.14.0)" in answer.json()["error"]
    assert "no:latest" not in api.tags()
    assert json.loads(api.post("/api/show", {"model": "no"}).text)["error"]
