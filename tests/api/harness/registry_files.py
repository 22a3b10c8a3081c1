"""Models put among docker-registry's files, so that large ones need no push."""

import json

from harness.models import CONFIG, MANIFEST, WEIGHTS, digest_of


def _place_of_blob(data, digest):
    hexadecimal = digest[7:]
    blob = data / "blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"
    blob.parent.mkdir(parents=True, exist_ok=True)
    return blob


def _link(repository, place, digest):
    path = repository / place / "link"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(digest)


def plant_manifest(folder, name, manifest):
    """`folder`: the registry's. The manifest's bytes become the repository's tag `latest`; blobs
    that it names must be there."""
    data = folder / "data/docker/registry/v2"
    repository = data / "repositories" / name
    named = json.loads(manifest)
    for layer in named["config"], *named["layers"]:
        _link(repository, f"_layers/sha256/{layer['digest'][7:]}", layer["digest"])
    digest = digest_of(manifest)
    _place_of_blob(data, digest).write_bytes(manifest)
    _link(repository, f"_manifests/revisions/sha256/{digest[7:]}", digest)
    _link(repository, "_manifests/tags/latest/current", digest)
    _link(repository, f"_manifests/tags/latest/index/sha256/{digest[7:]}", digest)


def plant_blob(folder, content):
    digest = digest_of(content)
    _place_of_blob(folder / "data/docker/registry/v2", digest).write_bytes(content)
    return digest


def plant_model(folder, name, model):
    """A RemoteModel."""
    for content in model.blobs.values():
        plant_blob(folder, content)
    plant_manifest(folder, name, model.manifest)


def plant_file(folder, name, path, digest):
    """A model whose weights are a file, which is moved away. `digest`: the file's."""
    size = path.stat().st_size
    path.rename(_place_of_blob(folder / "data/docker/registry/v2", digest))
    config = b"{}"
    plant_manifest(folder, name, json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": plant_blob(folder, config), "size": len(config)},
        "layers": [{"mediaType": WEIGHTS, "digest": digest, "size": size}]}).encode())
