"""A Hugging Face folder with its original weights: refused, with the way to a model of it."""

import pytest

from harness.cli import Cli

FILES = {"config.json": "{}", "tokenizer.json": "{}", "model.safetensors": "weights"}


@pytest.mark.parametrize("source", [".", "./model.safetensors"])
def test_create_of_safetensors_names_the_way(server, tmp_path, source):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "Modelfile").write_text(f"FROM {source}\n")
    said = Cli(server)("create", "hf", "-f", str(tmp_path / "Modelfile"))
    assert said.code == 1
    assert "must be converted to GGUF first" in said.err and str(tmp_path) in said.err
    assert "convert_hf_to_gguf.py" in said.err and "hf.co/" in said.err


@pytest.mark.parametrize("names", [list(FILES), ["model.safetensors"], ["pytorch_model.bin"]])
def test_the_api_refuses_them_too(api, names):
    files = {name: "sha256:" + "0" * 64 for name in names}
    for stream in True, False:
        answer = api.post("/api/create", {"model": "hf", "files": files, "stream": stream})
        assert answer.status_code == 501
        error = answer.json()["error"]
        assert "must be converted to GGUF first" in error and names[-1] in error
        assert "convert_hf_to_gguf.py" in error
