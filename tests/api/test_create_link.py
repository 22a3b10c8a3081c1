"""`axllama create --link`: models whose files stay where they are."""

import shutil
import subprocess

import pytest

from harness.api import Api
from harness.cli import Cli
from harness.server import BINARY, ROOT

WEIGHTS = ROOT / "models/sprout/sprout-q8_0.gguf"
LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"


@pytest.fixture
def own(make_server, tmp_path):
    return make_server(AXLLAMA_AXCL_LIBRARY=str(LIBRARY), XDG_CACHE_HOME=str(tmp_path / "cache"))


@pytest.fixture
def cli(own):
    return Cli(own)


@pytest.fixture
def api(own):
    client = Api(own.url)
    yield client
    client.close()


def for_everybody(path):
    """Such a file gets no hard link, for anybody might change the blob by it."""
    path.chmod(0o666)
    return path


@pytest.fixture
def weights(tmp_path):
    # Other bytes than the bundled model's, which is in the store already.
    path = tmp_path / "m.gguf"
    path.write_bytes(WEIGHTS.read_bytes() + b"\0" * 32)
    return for_everybody(path)


def create(cli, name, source, *more):
    modelfile = cli.server.folder / "Modelfile"
    modelfile.write_text(f"FROM {source}\n")
    return cli("create", name, "-f", str(modelfile), *more)


def links(server):
    return [blob for blob in (server.models / "blobs").iterdir() if blob.is_symlink()]


def test_a_linked_file_is_not_copied_and_answers(cli, weights):
    said = create(cli, "linked", weights, "--link")
    assert said.code == 0, said
    assert f"the model needs {weights} where and as it is" in said.err
    (link,) = links(cli.server)
    assert link.resolve() == weights
    assert "Paris" in cli("run", "linked", "The capital of France is", "--think=false").out


def test_what_may_be_shared_by_a_hard_link_needs_no_origin(cli, weights):
    weights.chmod(0o644)
    said = create(cli, "linked", weights, "--link")
    assert said.code == 0 and "Note" not in said.err, said
    assert not links(cli.server)
    weights.unlink()
    assert cli("show", "linked").code == 0


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_an_origin_that_is_gone_or_changed_is_named_and_the_rest_is_served(cli, api, weights, how):
    assert create(cli, "linked", weights, "--link").code == 0
    if how == "gone":
        weights.unlink()
    else:
        with weights.open("ab") as file:
            file.write(b"more")
    for path, body in (("/api/show", {"model": "linked"}),
                       ("/api/chat", {"model": "linked", "messages": []}),
                       ("/api/generate", {"model": "linked", "prompt": "x"})):
        answer = api.post(path, body)
        assert answer.status_code == 500, answer.text
        assert str(weights) in answer.json()["error"]
        assert ("was changed" in answer.text) == (how == "changed")
    said = cli("run", "linked", "x")
    assert said.code == 1 and str(weights) in said.err and "create the model again" in said.err
    assert {m["name"] for m in api.get("/api/tags").json()["models"]} == {"linked:latest",
                                                                         "sprout:latest"}
    assert "Paris" in cli("run", "sprout", "The capital of France is", "--think=false").out


def test_the_model_can_be_removed_and_its_file_stays(cli, weights):
    assert create(cli, "linked", weights, "--link").code == 0
    before = weights.read_bytes()
    cli.ok("rm", "linked")
    assert not links(cli.server)
    assert weights.read_bytes() == before


def test_without_link_the_store_gets_its_own(cli, weights):
    assert create(cli, "linked", weights, "--link").code == 0
    assert create(cli, "linked", weights).code == 0
    assert not links(cli.server)
    weights.unlink()
    assert cli("show", "linked").code == 0


def test_a_server_with_another_store_cannot_link(cli, weights, tmp_path):
    cli.server.env["OLLAMA_MODELS"] = str(tmp_path / "elsewhere")
    said = create(cli, "linked", weights, "--link")
    assert said.code == 1
    assert f"--link: the model store {tmp_path / 'elsewhere'} is not the server's" in said.err
    assert cli("show", "linked").code == 1


def test_a_model_of_a_model_has_nothing_to_link(cli):
    said = create(cli, "linked", "sprout", "--link")
    assert said.code == 1 and "there is no file to link" in said.err


def test_the_help_says_what_a_link_means(cli):
    assert "--link" in cli.ok("create", "--help")


@pytest.mark.skipif(not LIBRARY.exists() or not PACK.exists(), reason="no stand-in card")
def test_a_folder_for_the_npu_is_linked_file_by_file(cli, tmp_path):
    folder = tmp_path / "sprout-ax650"
    subprocess.run([PACK, ROOT / "models/sprout/hf", folder, "--tokenizer", "hf"], check=True,
                   capture_output=True)
    files = [for_everybody(file) for file in folder.rglob("*") if file.is_file()]
    said = create(cli, "sprout:npu", folder, "--link")
    assert said.code == 0 and "files where and as they are" in said.err, said
    assert len(links(cli.server)) > 3
    assert "Paris" in cli("run", "sprout:npu", "The capital of France is").out
    cli("stop", "sprout:npu")
    layer = next(file for file in files if file.suffix == ".axmodel")
    layer.unlink()
    said = cli("run", "sprout:npu", "The capital of France is")
    assert said.code == 1 and str(layer) in said.err, said
    shutil.rmtree(folder)
    cli.ok("rm", "sprout:npu")
    assert not links(cli.server)
