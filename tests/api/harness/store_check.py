"""Reads a store as another program would: by its files alone."""

import hashlib
import json


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
