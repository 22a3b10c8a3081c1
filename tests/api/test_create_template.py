"""Which template a model has that is created without one."""

import hashlib
import re
import struct

import pytest

from harness.round_trip import manifest
from harness.server import ROOT

WEIGHTS = (ROOT / "models/sprout/sprout-q8_0.gguf").read_bytes()
KEY = b"tokenizer.chat_template"


def without_template(gguf):
    """The same file with the key renamed, so that nobody finds the template."""
    assert gguf.count(KEY) == 1
    return gguf.replace(KEY, b"tokenizer.chat_tampered")


def with_template(gguf, text):
    """The same file with another template, filled up to the old one's length by a comment."""
    at = gguf.index(KEY) + len(KEY) + 4
    length, = struct.unpack_from("<Q", gguf, at)
    assert len(text) + 5 <= length
    filled = text + b"{#" + b" " * (length - len(text) - 4) + b"#}"
    return gguf[:at + 8] + filled + gguf[at + 8 + length:]


@pytest.fixture
def create(api):
    def make(gguf):
        digest = "sha256:" + hashlib.sha256(gguf).hexdigest()
        assert api.post(f"/api/blobs/{digest}", gguf).status_code in (200, 201)
        lines = api.lines("/api/create", {"model": "made", "files": {"m.gguf": digest}})
        assert lines[-1] == {"status": "success"}
        return [line["status"] for line in lines]

    yield make
    api.delete("/api/delete", {"model": "made"})


def rendered(api):
    said = api.chat("Hello!", "made", think=False, _debug_render_only=True)
    return said["_debug_info"]["rendered_template"]


def test_the_files_own_jinja_template_is_the_models(api, server, create):
    create(WEIGHTS)
    assert len(manifest(server, "made:latest")["layers"]) == 1
    shown = api.answer("/api/show", {"model": "made"})
    assert shown["template"].startswith("{#-") and "im_start" in shown["template"]
    assert {"completion", "tools", "thinking"} == set(shown["capabilities"])
    assert not re.search("^TEMPLATE", shown["modelfile"], re.M)


def test_even_where_ollama_has_one_of_its_own(api, server, create):
    jinja = (b"{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + "
             b"message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
             b"{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
    statuses = create(with_template(WEIGHTS, jinja))
    assert not [status for status in statuses if "template" in status]
    assert len(manifest(server, "made:latest")["layers"]) == 1
    shown = api.answer("/api/show", {"model": "made"})
    assert shown["template"].startswith(jinja.decode())
    assert shown["capabilities"] == ["completion"]
    assert rendered(api) == "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n"


def test_a_file_without_any_gets_what_was_said(api, create):
    create(without_template(WEIGHTS))
    shown = api.answer("/api/show", {"model": "made"})
    assert "template" not in shown
    assert shown["capabilities"] == ["completion"]
    assert rendered(api).strip() == "Hello!"
