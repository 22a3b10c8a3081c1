"""Models as registries have them: a manifest and its blobs."""

import hashlib
import json
import random

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
WEIGHTS = "application/vnd.ollama.image.model"
LICENSE = "application/vnd.ollama.image.license"


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def random_bytes(size, seed=1):
    return random.Random(seed).randbytes(size)


class RemoteModel:
    """`layers`: pairs of media type and content. `manifest`: its bytes."""

    def __init__(self, layers, config=None):
        config = config or {"model_format": "gguf", "model_family": "llama"}
        self.config = json.dumps(config).encode()
        self.blobs = {digest_of(content): content for _, content in layers}
        self.blobs[digest_of(self.config)] = self.config
        self.layers = [self._layer(kind, content) for kind, content in layers]
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": self._layer(CONFIG, self.config), "layers": self.layers,
        }, indent=3).encode()  # as nobody of us would write it: it must come over byte by byte

    @staticmethod
    def _layer(kind, content):
        return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}

    @property
    def first(self):
        return self.layers[0]["digest"]


def is_in(store, name, model):
    """Whether the store has the model under manifests/<name>, every byte of it."""
    manifest = store / "manifests" / name
    if not manifest.exists() or manifest.read_bytes() != model.manifest:
        return False
    return all((store / "blobs" / digest.replace(":", "-")).read_bytes() == content
               for digest, content in model.blobs.items())
