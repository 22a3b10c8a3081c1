"""Models from Hugging Face: GGUF through its registry, and AXERA's folders."""

import json
import subprocess

import pytest

from harness.api import Api
from harness.cli import Cli
from harness.hub import REPOSITORIES, Hub, expected, folder_contents, made_up, with_sprout
from harness.models import WEIGHTS, RemoteModel, digest_of, is_in
from harness.server import BINARY, ROOT
from harness.sprout import GREEDY
from harness.store_check import blob_path, complaints, form_complaints, strays

LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"
# The catalogue's names for them.
ENTRIES = ["qwen3:4b", "qwen3:0.6b-int4", "qwen2.5:1.5b", "deepseek-r1:1.5b", "internvl3.5:1b-int4"]
needs_card = pytest.mark.skipif(not LIBRARY.exists() or not PACK.exists(),
                                reason=f"the stand-in card is not built: {LIBRARY.parent}")


@pytest.fixture
def hub():
    host = Hub({repository["name"]: made_up(repository) for repository in REPOSITORIES})
    yield host
    host.close()


@pytest.fixture
def start(make_server, hub, tmp_path):
    clients = []

    def make(**env):
        server = make_server(HF_ENDPOINT=hub.url, AXLLAMA_PULL_BACKOFF="10ms",
                             AXLLAMA_AXCL_LIBRARY=str(LIBRARY),
                             XDG_CACHE_HOME=str(tmp_path / "cache"), **env)
        client = Api(server.url)
        clients.append(client)
        return server, client

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """Sprout compiled for the card, and what AXERA's repositories hold beside that."""
    folder = tmp_path_factory.mktemp("packed")
    subprocess.run([PACK, ROOT / "models/sprout/hf", folder / "sprout-ax650", "--tokenizer", "hf",
                    "--chunk", "128", "--context", "1023"], check=True, capture_output=True)
    contents = folder_contents(folder / "sprout-ax650")
    return contents


def pull(api, name):
    return api.lines("/api/pull", {"model": f"hf.co/{name}"})


def files_at(server, place):
    """The named files of the model whose manifest is there, with their contents."""
    manifest = json.loads((server.models / "manifests" / place).read_bytes())
    return {layer["name"]: blob_path(server.models, layer["digest"]).read_bytes()
            for layer in manifest["layers"] if layer.get("name")}


@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda one: one["name"].partition("/")[2])
def test_just_the_files_that_are_needed_are_fetched_in_order(start, hub, repository):
    _, api = start()
    lines = pull(api, repository["name"])
    assert lines[0] == {"status": "pulling manifest"}
    # Made-up contents are no model; but they were all fetched before that could be known.
    assert "error" in lines[-1] and "axmodel" in lines[-1]["error"]
    wanted = expected(repository)
    fetched = [path for path in hub.fetched() if path in wanted]
    assert sorted(hub.fetched()) == sorted(wanted)
    contents = hub.repositories[repository["name"]]
    digests = [line["digest"] for line in lines if "digest" in line]
    small = [path for path in wanted if not hub.is_large(path, contents[path])]
    large = [path for path in wanted if hub.is_large(path, contents[path])]
    assert list(dict.fromkeys(digests)) == list(dict.fromkeys(
        digest_of(contents[path]) for path in small + large))
    assert len(fetched) == len(wanted)


@needs_card
def test_a_compiled_folder_becomes_a_model_that_runs_on_the_card(start, hub, packed):
    around = {"README.md": b"# Sprout\n", "main_axcl_aarch64": b"\x7fELF", "LICENSE": b"MIT\n",
              "sprout-ax630c/qwen3_p128_l0_together.axmodel": b"for another chip",
              ".gitattributes": b"*.axmodel filter=lfs\n"}
    hub.repositories["AXERA-TECH/Sprout"] = packed | around
    for content in packed.values():
        hub.storage.files[digest_of(content)[7:]] = content
    server, api = start()
    lines = pull(api, "AXERA-TECH/Sprout")
    assert lines[-1] == {"status": "success"}, lines[-1]
    assert [line["status"] for line in lines[-3:]] == [
        "verifying sha256 digest", "writing manifest", "success"]
    files = files_at(server, "hf.co/AXERA-TECH/Sprout/latest")
    assert files == {path: packed[path] for path in files}
    assert {path for path in packed if path.endswith((".axmodel", ".bin"))} <= set(files)
    assert complaints(server.models) == [] and strays(server.models) == []
    assert form_complaints(server.models, "hf.co/AXERA-TECH/Sprout/latest") == []
    name = "hf.co/AXERA-TECH/Sprout:latest"
    assert name in api.tags()
    assert "Paris" in api.generate("The capital of France is", name, options=GREEDY)["response"]
    assert api.answer("/api/show", {"model": name})["license"] == "MIT\n"
    assert api.ps()[name]["size_vram"] > 0


@pytest.fixture(scope="module")
def flat(tmp_path_factory):
    """Sprout compiled for the card, in one folder with a tokenizer of AXERA's kind."""
    folder = tmp_path_factory.mktemp("flat") / "sprout"
    subprocess.run([PACK, ROOT / "models/sprout/hf", folder, "--tokenizer", "axera"], check=True,
                   capture_output=True)
    return folder_contents(folder)


@needs_card
@pytest.mark.parametrize("entry, repository", list(zip(ENTRIES, REPOSITORIES)), ids=ENTRIES)
def test_entries_of_the_catalogue_come_and_run_on_the_card(start, hub, flat, entry, repository):
    contents = with_sprout(repository, flat, folder_contents(ROOT / "models/sprout/hf"))
    hub.put(repository["name"], contents)
    hub.commits[repository["name"]] = repository["commit"]  # the one that the catalogue names
    server, api = start()
    assert api.lines("/api/pull", {"model": entry})[-1] == {"status": "success"}
    assert complaints(server.models) == [] and strays(server.models) == []
    assert all(repository["commit"] in asked.path for asked in hub.requests("/resolve/"))
    place = f"registry.ollama.ai/library/{entry.replace(':', '/')}-npu"
    assert files_at(server, place) == {
        path: contents[path] for path in expected(repository) if path in contents}
    assert f"{entry}-npu" in api.tags() and entry not in api.tags()
    answer = api.generate("The capital of France is", entry, options=GREEDY, raw=True)
    assert "Paris" in answer["response"]
    assert api.ps()[f"{entry}-npu"]["size_vram"] > 0


@needs_card
def test_a_second_pull_fetches_no_large_file_again(start, hub, packed):
    hub.repositories["AXERA-TECH/Sprout"] = packed
    for content in packed.values():
        hub.storage.files[digest_of(content)[7:]] = content
    _, api = start()
    assert pull(api, "AXERA-TECH/Sprout")[-1] == {"status": "success"}
    before = hub.storage.sent()
    assert before > 0
    assert pull(api, "AXERA-TECH/Sprout")[-1] == {"status": "success"}
    assert hub.storage.sent() == before


def test_storage_never_sees_the_token(start, hub):
    hub.token = "hf_secret"
    _, api = start(HF_TOKEN="hf_secret")
    pull(api, "AXERA-TECH/Qwen3-4B")
    assert hub.storage.asked
    assert all("authorization" not in asked.headers for asked in hub.storage.asked)


def test_a_private_repository_names_the_variable(start, hub):
    hub.token = "hf_secret"
    _, api = start()
    error = pull(api, "AXERA-TECH/Qwen3-4B")[-1]["error"]
    assert "401" in error and "HF_TOKEN" in error


def test_a_tag_chooses_a_build(start, hub):
    _, api = start()
    pull(api, "AXERA-TECH/Qwen2.5-1.5B-Instruct:int4")
    assert "qwen2.5-1.5b-ctx-int4-ax650/qwen2_post.axmodel" in hub.fetched()
    assert "qwen2.5-1.5b-ctx-ax650/qwen2_post.axmodel" not in hub.fetched()


def test_a_tag_that_no_build_answers_lists_them(start, hub):
    _, api = start()
    error = pull(api, "AXERA-TECH/Qwen2.5-1.5B-Instruct:int8")[-1]["error"]
    assert "qwen2.5-1.5b-ctx-int4-ax650" in error


def test_a_file_that_is_not_what_the_list_says_is_refused(start, hub):
    server, api = start()
    hub.changed["post_config.json"] = b"{}"
    error = pull(api, "AXERA-TECH/Qwen3-4B")[-1]["error"]
    assert "digest mismatch" in error and "post_config.json" in error
    assert not (server.models / "manifests/hf.co").exists()


def test_gguf_comes_by_the_hubs_registry(start, hub):
    gguf = (ROOT / "models/sprout/sprout-q8_0.gguf").read_bytes()
    model = RemoteModel([(WEIGHTS, gguf)], {"model_format": "gguf", "model_family": "qwen3"})
    hub.repositories["me/Sprout-GGUF"] = {"sprout-q8_0.gguf": gguf, "README.md": b"x"}
    hub.v2["me/Sprout-GGUF:Q8_0"] = model
    server, api = start()
    assert pull(api, "me/Sprout-GGUF:Q8_0")[-1] == {"status": "success"}
    assert is_in(server.models, "hf.co/me/Sprout-GGUF/Q8_0", model)
    name = "hf.co/me/Sprout-GGUF:Q8_0"
    assert "Paris" in api.generate("The capital of France is", name)["response"]
    assert hub.fetched() == []


def test_what_is_neither_is_ollamas_error(start, hub):
    _, api = start()
    assert pull(api, "me/unknown")[-1] == {"error": "pull model manifest: file does not exist"}


@needs_card
def test_the_command_line_pulls_a_folder(start, hub, packed):
    hub.repositories["AXERA-TECH/Sprout"] = packed
    for content in packed.values():
        hub.storage.files[digest_of(content)[7:]] = content
    server, _ = start()
    said = Cli(server)("pull", "hf.co/AXERA-TECH/Sprout")
    assert (said.code, said.out) == (0, ""), said
    assert said.err.splitlines()[-1] == "success"
    assert "Paris" in Cli(server).ok("run", "hf.co/AXERA-TECH/Sprout", "The capital of France is")
