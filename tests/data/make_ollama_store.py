#!/usr/bin/env python3
"""Writes ollama_store/: a store as Ollama leaves it behind, after two pulls (from its own registry and
from Hugging Face's), a create over one of them and a copy. The weights, which all of them share, are
models/sprout/sprout-q8_0.gguf and are left out; who uses the store puts them in.

It knows the layout by its description alone and has nothing in common with axllama's code.
"""

import hashlib
import json
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
ROOT = HERE / "ollama_store"
WEIGHTS = HERE.parent.parent / "models/sprout/sprout-q8_0.gguf"
IMAGE = "application/vnd.ollama.image."
TEMPLATE = ("{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
            "<|im_start|>assistant\n")


def encode(value):
    """As Go's encoder writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text + "\n"


def blob(content):
    digest = hashlib.sha256(content).hexdigest()
    if len(content) < 1 << 20:
        (ROOT / "blobs" / f"sha256-{digest}").write_bytes(content)
    return {"digest": f"sha256:{digest}", "size": len(content)}


def layer(kind, content, **more):
    content = content.encode() if isinstance(content, str) else content
    return {"mediaType": IMAGE + kind} | blob(content) | more


def config(layers, **more):
    value = {"model_format": "gguf", "model_family": "qwen3", "model_families": ["qwen3"],
             "model_type": "2.8M", "file_type": "Q8_0"} | more | {
             "architecture": "amd64", "os": "linux",
             "rootfs": {"type": "layers", "diff_ids": [one["digest"] for one in layers]}}
    return {"mediaType": "application/vnd.docker.container.image.v1+json"} | blob(
        encode(value).encode())


def manifest(place, layers, end="\n", **more):
    path = ROOT / "manifests" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    text = encode({"schemaVersion": 2,
                   "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                   "config": config(layers, **more), "layers": layers})
    path.write_text(text.removesuffix("\n") + end)
    return path


def main():
    shutil.rmtree(ROOT, ignore_errors=True)
    (ROOT / "blobs").mkdir(parents=True)
    weights = layer("model", WEIGHTS.read_bytes())
    pulled = [weights, layer("template", TEMPLATE), layer("license", "Do what you like.\n"),
              layer("params", encode({"stop": ["<|im_start|>", "<|im_end|>"], "temperature": 0}))]
    # What comes from a registry keeps that registry's bytes: no line break at the end.
    manifest("registry.ollama.ai/library/sprig/latest", pulled, end="")
    manifest("hf.co/Somebody/Sprout-GGUF/Q8_0", [weights, layer("template", TEMPLATE)], end="")
    from_pulled = [one | {"from": "/root/.ollama/models/blobs/" + one["digest"].replace(":", "-")}
                   if one is weights else one for one in pulled[:3]]
    own = [*from_pulled, layer("system", "You know all capitals & <rivers>."),
           layer("params", encode({"num_ctx": 512, "temperature": 0})),
           layer("messages", encode([{"role": "user", "content": "My name is Clara."},
                                     {"role": "assistant", "content": "Nice to meet you, Clara!"}]))]
    created = manifest("registry.ollama.ai/me/Capitals/v1", own, renderer="qwen3-coder",
                       parser="qwen3", capabilities=["completion"], context_length=1024)
    copy = ROOT / "manifests/registry.example.com:5000/team/capitals/copy"
    copy.parent.mkdir(parents=True)
    shutil.copy(created, copy)


if __name__ == "__main__":
    main()
