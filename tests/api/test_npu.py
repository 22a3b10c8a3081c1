"""A folder compiled for the NPU as a model of the store, run on the stand-in card."""

import hashlib
import os
import shutil
import signal
import subprocess

import pytest

from harness.api import Api
from harness.cli import Cli
from harness.round_trip import make_again, manifest
from harness.server import BINARY, ROOT
from harness.sprout import CLARA, GET_WEATHER, GREEDY, endless
from harness.wait import until

LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"
CONTEXT = 1023

pytestmark = pytest.mark.skipif(not LIBRARY.exists() or not PACK.exists(),
                                reason=f"the stand-in card is not built: {LIBRARY.parent}")

QUESTIONS = [
    "The capital of France is", "What is the capital of Spain?", "What is the capital of Japan?",
    "What is 3 + 4?", "What is 2 + 2?", "What is 9 - 5?", "What is 6 * 3?", "Count to 5.",
    "Count to 12.", "Hi!", "Hello!", "Who are you?", "What is your name?", "How are you?",
    "Thank you!", "What color is the sky?", "Tell me a story about a fox.", "Write a poem.",
    "What is the opposite of hot?", "Say hello.",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("packed") / "sprout-ax650"
    subprocess.run([PACK, ROOT / "models/sprout/hf", made, "--tokenizer", "hf", "--chunk", "128",
                    "--context", str(CONTEXT)], check=True, capture_output=True)
    return made


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


@pytest.fixture
def npu(cli, folder):
    create(cli, folder)
    return "npu"


def create(cli, folder):
    modelfile = cli.server.folder / "Modelfile"
    modelfile.write_text(f"FROM {folder}\n")
    return cli("create", "npu", "-f", str(modelfile))


def upload(api, folder):
    """Every file of the folder as a blob; the `files` of a create request."""
    files = {}
    for path in (p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        assert api.post(f"/api/blobs/{digest}", content).status_code in (200, 201)
        files[str(path.relative_to(folder))] = digest
    return files


def create_from(api, files):
    return api.post("/api/create", {"model": "npu", "files": files, "stream": False})


def link_folders(own):
    return list((own.models / "axllama/folders").glob("*"))


def test_it_is_made_of_a_folder_and_runs_from_the_command_line(cli, folder):
    made = create(cli, folder)
    assert made.code == 0, made
    assert "Paris" in cli.ok("run", "npu", "The capital of France is")
    assert "npu:latest" in cli.ok("list")


def test_it_is_made_through_the_api(own, api, folder):
    answer = create_from(api, upload(api, folder))
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert "Paris" in api.generate("The capital of France is", "npu", options=GREEDY)["response"]
    assert "Clara" in api.chat(CLARA, "npu", think=False, options=GREEDY)["message"]["content"]


def test_its_modelfile_makes_it_again(own, cli, npu):
    make_again(cli, npu)
    assert manifest(own, "again:latest") == manifest(own, "npu:latest")


def test_it_says_what_the_gguf_says(api, npu):
    def answers(model):
        return [api.chat(question, model, think=False, options=GREEDY | {"num_predict": 40})
                ["message"]["content"] for question in QUESTIONS]

    of_npu, of_gguf = answers(npu), answers("sprout")
    assert of_npu == of_gguf
    assert len(set(of_npu)) > len(QUESTIONS) // 2


def test_it_calls_tools_and_thinks(api, npu):
    said = api.chat("What is the weather in Paris?", npu, tools=[GET_WEATHER], think=False,
                    options=GREEDY)
    (call,) = said["message"]["tool_calls"]
    assert (call["function"]["name"], call["function"]["arguments"]) == (
        "get_weather", {"city": "Paris"})
    thought = api.chat("Count to 5.", npu, think=True, options=GREEDY)["message"]
    assert thought["thinking"] and thought["content"]


def test_a_text_tokenizer_gets_its_familys_template(cli, api, tmp_path):
    made = tmp_path / "packed-text"
    subprocess.run([PACK, ROOT / "models/sprout/sprout-f16.gguf", made, "--chunk", "128",
                    "--context", str(CONTEXT)], check=True, capture_output=True)
    assert create(cli, made).code == 0
    assert api.post("/api/show", {"model": "npu"}).json()["capabilities"] == [
        "completion", "tools", "thinking"]
    said = api.chat("What is the capital of France?", "npu", think=True, options=GREEDY)["message"]
    assert said["thinking"] and "Paris" in said["content"]


def test_ps_tells_of_the_card(cli, api, npu):
    api.generate("Hi!", npu)
    (row,) = api.ps().values()
    assert row["size_vram"] > 0 and row["size"] == row["size_vram"]
    assert row["context_length"] == CONTEXT
    assert "100% NPU" in cli.ok("ps")


def test_show_describes_it(cli, api, npu):
    shown = api.answer("/api/show", {"model": npu})
    assert shown["details"]["format"] == "axmodel"
    assert shown["details"]["family"] == "qwen3"
    info = shown["model_info"]
    assert info["general.architecture"] == "qwen3"
    assert (info["qwen3.context_length"], info["qwen3.embedding_length"]) == (CONTEXT, 192)
    assert shown["capabilities"] == ["completion", "tools", "thinking"]
    assert "<|im_start|>" in shown["template"]
    assert "qwen3" in cli.ok("show", npu)


def test_no_context_length_is_a_reason_to_load_it_again(own, api, npu):
    api.generate("Hi!", npu, options={"num_ctx": 256})
    first = own.runners()
    for context in 64, 8192:
        api.generate("Hi!", npu, options={"num_ctx": context, "num_batch": 64})
    assert own.runners() == first
    (row,) = api.ps().values()
    assert row["context_length"] == CONTEXT


def test_the_last_copy_takes_blobs_and_links_along(own, cli, npu):
    before = set((own.models / "blobs").iterdir())
    (links,) = link_folders(own)
    of_npu = {path.resolve() for path in links.rglob("*") if path.is_file()}
    assert len(of_npu) > 10 and of_npu <= before
    cli.ok("cp", npu, "other")
    cli.ok("rm", npu)
    assert set((own.models / "blobs").iterdir()) == before
    assert "Paris" in cli.ok("run", "other", "The capital of France is")
    cli.ok("rm", "other")
    assert not set((own.models / "blobs").iterdir()) & of_npu
    assert link_folders(own) == []


def test_a_file_that_was_not_fetched_is_named(own, cli, api, folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    layer = next(broken.glob("*_l3_*.axmodel"))
    layer.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345678\n")
    answer = create_from(api, upload(api, broken))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error.startswith(layer.name) and "LFS" in error and str(own.models) not in error
    said = create(cli, broken)
    assert said.code != 0 and layer.name in said.err and "LFS" in said.err
    assert link_folders(own) == [] and "npu:latest" not in api.tags()


def test_a_missing_layer_is_named(own, cli, api, folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    layer = next(broken.glob("*_l3_*.axmodel"))
    layer.unlink()
    answer = create_from(api, upload(api, broken))
    assert answer.status_code == 400 and layer.name in answer.json()["error"]
    said = create(cli, broken)
    assert said.code != 0 and layer.name in said.err
    assert link_folders(own) == [] and "npu:latest" not in api.tags()


def test_a_name_that_leads_out_of_the_folder_is_refused(api, folder, own):
    files = upload(api, folder)
    files["../../../escaped"] = next(iter(files.values()))
    answer = create_from(api, files)
    assert answer.status_code == 400
    assert answer.json()["error"] == "file path must be relative"
    assert not list(own.folder.rglob("escaped"))


def test_a_blob_that_is_not_there_is_named(api, folder):
    files = upload(api, folder)
    files["config.json"] = "sha256:" + 64 * "0"
    answer = create_from(api, files)
    assert answer.status_code == 400 and "not found" in answer.json()["error"]


def test_a_killed_runner_is_replaced(own, api, npu):
    with api.open("/api/generate", endless(model=npu)) as (_, objects):
        next(objects)
        (runner,) = own.runners()
        os.kill(runner, signal.SIGKILL)
        last = list(objects)[-1]
    assert "error" in last
    until(lambda: runner not in own.runners(), "the runner is gone")
    assert "Paris" in api.generate("The capital of France is", npu, options=GREEDY)["response"]


def test_without_the_runtime_library_the_error_names_it(make_server, folder, tmp_path):
    gone = str(tmp_path / "gone.so")
    server = make_server(AXLLAMA_AXCL_LIBRARY=gone, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert create(Cli(server), folder).code == 0
    api = Api(server.url)
    answer = api.post("/api/generate", {"model": "npu", "prompt": "Hi!", "stream": False})
    assert answer.status_code >= 500 and gone in answer.json()["error"]
    assert "npu:latest" in api.tags()
    api.close()
