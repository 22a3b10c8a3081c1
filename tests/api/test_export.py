"""`axllama export`: models as files again, and the same models of them."""

import json
import os
import signal
import subprocess

import pytest

from harness.cli import Cli
from harness.lora import adapter
from harness.server import BINARY, ROOT
from harness.vision import projector

WEIGHTS = ROOT / "models/sprout/sprout-q8_0.gguf"
LIBRARY = BINARY.parent / "standin/libaxcl_rt.so"
PACK = BINARY.parent / "standin/axllama-pack"
MODELFILE = '''FROM {weights}
SYSTEM """You are "Sprout".
"""
TEMPLATE "{{{{ .Prompt }}}} "
PARAMETER stop "a b"
PARAMETER stop c
PARAMETER temperature 0.25
LICENSE first
LICENSE second
MESSAGE user hello
MESSAGE assistant Hello!
'''


@pytest.fixture
def cli(make_server, tmp_path):
    return Cli(make_server(AXLLAMA_AXCL_LIBRARY=str(LIBRARY), XDG_CACHE_HOME=str(tmp_path / "c")))


def layers(cli, name):
    manifest = cli.server.models / "manifests/registry.ollama.ai/library" / name / "latest"
    return [(layer["mediaType"], layer["digest"], layer.get("name"))
            for layer in json.loads(manifest.read_text())["layers"]]


def create(cli, name, text):
    path = cli.server.folder / "Modelfile"
    path.write_text(text)
    said = cli("create", name, "-f", str(path))
    assert said.code == 0, said


def hidden(folder):
    return [path for path in folder.rglob(".*")]


@pytest.mark.parametrize("how", [[], ["--link"]])
def test_the_modelfile_makes_the_same_model(cli, tmp_path, how):
    create(cli, "first", MODELFILE.format(weights=WEIGHTS))
    out = tmp_path / "out"
    said = cli("export", "first", str(out), *how)
    assert (said.code, said.out) == (0, ""), said
    assert {path.name for path in out.iterdir()} == {"model.gguf", "Modelfile"}
    assert (out / "model.gguf").read_bytes() == WEIGHTS.read_bytes()
    assert ((out / "model.gguf").stat().st_nlink > 1) == bool(how)
    assert cli("create", "second", "-f", str(out / "Modelfile")).code == 0
    assert layers(cli, "second") == layers(cli, "first")


def test_projector_and_adapter_come_along(cli, tmp_path):
    (tmp_path / "p.gguf").write_bytes(projector())
    (tmp_path / "a.gguf").write_bytes(adapter())
    create(cli, "first", f"FROM {WEIGHTS}\nFROM {tmp_path}/p.gguf\nADAPTER {tmp_path}/a.gguf\n")
    out = tmp_path / "out"
    assert cli("export", "first", str(out)).code == 0
    assert {path.name for path in out.iterdir()} == {"model.gguf", "mmproj.gguf", "adapter.gguf",
                                                     "Modelfile"}
    assert (out / "mmproj.gguf").read_bytes() == projector()
    assert (out / "adapter.gguf").read_bytes() == adapter()
    assert cli("create", "second", "-f", str(out / "Modelfile")).code == 0
    assert layers(cli, "second") == layers(cli, "first")


@pytest.mark.skipif(not LIBRARY.exists() or not PACK.exists(), reason="no stand-in card")
def test_a_folder_for_the_npu_gets_its_names_back(cli, tmp_path):
    packed, out = tmp_path / "packed", tmp_path / "out"
    subprocess.run([PACK, ROOT / "models/sprout/hf", packed, "--tokenizer", "hf"], check=True,
                   capture_output=True)
    create(cli, "first", f"FROM {packed}\nSYSTEM Be brief.\n")
    assert cli("export", "first", str(out)).code == 0
    for path in out.rglob("*"):
        if path.is_file() and path.name != "Modelfile":
            assert path.read_bytes() == (packed / path.relative_to(out)).read_bytes()
    assert cli("create", "second", "-f", str(out / "Modelfile")).code == 0
    assert layers(cli, "second") == layers(cli, "first")


def test_nothing_is_overwritten_unless_forced(cli, tmp_path):
    mine = tmp_path / "model.gguf"
    mine.write_text("mine")
    said = cli("export", "sprout", str(tmp_path))
    assert said.code == 1 and f"{tmp_path} is not empty" in said.err and "--force" in said.err
    assert mine.read_text() == "mine" and not (tmp_path / "Modelfile").exists()
    assert cli("export", "sprout", str(tmp_path), "--force").code == 0
    assert mine.read_bytes() == WEIGHTS.read_bytes()


def test_json_tells_the_progress_in_lines(cli, tmp_path):
    said = cli("export", "sprout", str(tmp_path / "out"), "--json")
    assert (said.code, said.err) == (0, "")
    steps = [json.loads(line) for line in said.out.splitlines()]
    size = WEIGHTS.stat().st_size
    assert steps[-2] == {"status": "exporting sprout", "total": size, "completed": size}
    assert steps[-1] == {"status": "success"}


def test_an_error_ends_json_without_success(cli, tmp_path):
    said = cli("export", "nothing", str(tmp_path / "out"), "--json")
    assert said.code == 1 and "success" not in said.out
    assert "model 'nothing:latest' not found" in said.err
    assert str(cli.server.models) in said.err and "OLLAMA_MODELS" in said.err
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_nothing(cli, tmp_path):
    size = WEIGHTS.stat().st_size // 2
    limited = ["prlimit", f"--fsize={size}", "env", "--ignore-signal=SIGXFSZ", BINARY, "export",
               "sprout", tmp_path / "out"]
    done = subprocess.run(limited, env=cli.server.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done
    assert str(tmp_path / ".axllama-export-") in done.stderr
    assert not (tmp_path / "out").exists() and not hidden(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(cli, tmp_path):
    tmp_path.chmod(0o500)
    said = cli("export", "sprout", str(tmp_path / "out"))
    tmp_path.chmod(0o700)
    assert said.code == 1 and str(tmp_path) in said.err and "ermission" in said.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ended_it_leaves_nothing_half_written(cli, tmp_path, number):
    """The weights are followed by 4 GB of nothing, so that there is time to end it."""
    big, source = tmp_path / "big", tmp_path / "m.gguf"
    source.write_bytes(WEIGHTS.read_bytes() + b"\0" * 32)
    create(cli, "big", f"FROM {source}\n")
    digest = next(d for kind, d, _ in layers(cli, "big") if kind.endswith("model"))
    blob = cli.server.models / "blobs" / digest.replace(":", "-")
    blob.unlink()
    blob.write_bytes(WEIGHTS.read_bytes())
    manifest = cli.server.models / "manifests/registry.ollama.ai/library/big/latest"
    text = json.loads(manifest.read_text())
    size = 4 << 30
    for layer in text["layers"]:
        if layer["digest"] == digest:
            layer["size"] = size
    manifest.write_text(json.dumps(text))
    os.truncate(blob, size)
    run = subprocess.Popen([BINARY, "export", "big", big, "--json"], env=cli.server.env,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert json.loads(run.stdout.readline())["completed"] < size
    run.send_signal(number)
    _, err = run.communicate(timeout=60)
    assert run.returncode == (-9 if number == signal.SIGKILL else 1), err
    assert not big.exists()
    if number == signal.SIGKILL:
        assert cli("export", "sprout", str(tmp_path / "other")).code == 0
    assert not hidden(tmp_path)


def test_a_store_on_another_machine_is_not_exported(cli, tmp_path):
    said = cli("export", "sprout", str(tmp_path / "out"), env={"OLLAMA_HOST": "192.0.2.1:1"})
    assert said.code == 1 and "another machine" in said.err
