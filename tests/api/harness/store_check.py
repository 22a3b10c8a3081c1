"""Reads a store as another program would: by its files alone."""

import hashlib
import json
import re
import stat

MANIFEST_KEYS = ["schemaVersion", "mediaType", "config", "layers"]
LAYER_KEYS = ["mediaType", "digest", "size", "from", "name"]
CONFIG_KEYS = ["model_format", "model_family", "model_families", "model_type", "file_type",
               "renderer", "parser", "requires", "remote_host", "remote_model", "capabilities",
               "context_length", "embedding_length", "architecture", "os", "rootfs"]
IMAGE = "application/vnd.ollama.image."
KINDS = {IMAGE + kind for kind in ("model", "projector", "adapter", "template", "system", "params",
                                   "messages", "license")} | {"application/vnd.axllama.image.file"}
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
NAME_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")


def blob_path(store, digest):
    return store / "blobs" / digest.replace(":", "-")


def digests_of(manifest):
    return [manifest["config"]["digest"], *(layer["digest"] for layer in manifest["layers"])]


def manifests(store):
    """Place below manifests/ to bytes, of all that have the place of a name."""
    root = store / "manifests"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.glob("*/*/*/*"))
            if path.is_file() and not path.name.startswith(".")}


def complaints(store):
    """What is wrong with it: manifests that are none, blobs that are missing or not what they are
    called. Empty for a store that is right."""
    found, sums = [], {}
    for place, content in manifests(store).items():
        try:
            manifest = json.loads(content)
            parts = [manifest["config"], *manifest["layers"]]
        except (ValueError, KeyError, TypeError) as error:
            found.append(f"{place} is no manifest: {error!r}")
            continue
        for part in parts:
            path = blob_path(store, part["digest"])
            if not path.is_file():
                found.append(f"{place}: {part['digest']} is missing")
                continue
            if path not in sums:
                sums[path] = hashlib.sha256(path.read_bytes()).hexdigest()
            if part["digest"] != "sha256:" + sums[path]:
                found.append(f"{place}: {part['digest']} has other bytes")
            if part["size"] != path.stat().st_size:
                found.append(f"{place}: {part['digest']} has another size")
    return found


def go_text(value):
    """As Go's encoder writes it into a file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return (text + "\n").encode()


def _in_order(value, keys):
    return list(value) == [key for key in keys if key in value]


def _json_complaints(store, place, manifest):
    """What no Ollama would have written into the JSON blobs."""
    config = blob_path(store, manifest["config"]["digest"]).read_bytes()
    value = json.loads(config)
    if config != go_text(value) or not _in_order(value, CONFIG_KEYS):
        yield f"{place}: its config is not as Go writes it: {config}"
    layers = [layer["digest"] for layer in manifest["layers"]]
    if value.get("rootfs") != {"type": "layers", "diff_ids": layers}:
        yield f"{place}: its config names other layers"
    for layer in manifest["layers"]:
        if layer["mediaType"] not in (IMAGE + "params", IMAGE + "messages"):
            continue
        content = blob_path(store, layer["digest"]).read_bytes()
        value = json.loads(content)
        ordered = not isinstance(value, dict) or list(value) == sorted(value)
        if content != go_text(value) or not ordered:
            yield f"{place}: {layer['mediaType']} is not as Go writes it: {content}"


def form_complaints(store, place):
    """What is otherwise in a manifest and its blobs than Ollama's `create` would have made it."""
    content = manifests(store)[place]
    manifest = json.loads(content)
    parts = [manifest["config"], *manifest["layers"]]
    found = []
    if content != go_text(manifest):
        found.append(f"{place} is not as Go writes it: {content}")
    if list(manifest) != MANIFEST_KEYS or not all(_in_order(part, LAYER_KEYS) for part in parts):
        found.append(f"{place} has its fields in another order")
    if (manifest["schemaVersion"], manifest["mediaType"]) != (2, MANIFEST):
        found.append(f"{place} says that it is something else")
    kinds = {layer["mediaType"] for layer in manifest["layers"]}
    if manifest["config"]["mediaType"] != CONFIG or not kinds <= KINDS:
        found.append(f"{place} has unknown media types: {kinds - KINDS}")
    return found + list(_json_complaints(store, place, manifest))


def _is_in_place(parts):
    """Whether Ollama's layout has a file there. `parts`: of the path below the store."""
    if parts[0] == "blobs":
        return len(parts) == 2 and re.fullmatch("sha256-[0-9a-f]{64}", parts[1])
    return parts[0] == "manifests" and len(parts) == 5 and all(map(NAME_PART.fullmatch, parts[1:]))


def strays(store, links="axllama"):
    """Files and folders that have no place in the layout, have other rights than Ollama gives them
    or that nobody needs. Links to the files of folders, below `links`, are axllama's own."""
    named = {blob_path(store, digest) for content in manifests(store).values()
             for digest in digests_of(json.loads(content))}
    found = []
    for path in sorted(store.rglob("*")):
        parts = path.relative_to(store).parts
        if parts[0] == links:
            continue
        rights = path.lstat().st_mode
        if stat.S_ISDIR(rights):
            if stat.S_IMODE(rights) != 0o755 or (path.name != "blobs" and not any(path.iterdir())):
                found.append(f"{path}: {stat.filemode(rights)}, or empty")
        elif not stat.S_ISREG(rights) or stat.S_IMODE(rights) != 0o644:
            found.append(f"{path}: {stat.filemode(rights)}")
        elif not _is_in_place(parts):
            found.append(f"{path} has no place there")
        elif parts[0] == "blobs" and path not in named:
            found.append(f"{path} is needed by nobody")
    return found
