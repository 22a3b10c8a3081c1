"""`axllama show --modelfile NAME > M` and `axllama create NEW -f M`."""

import json


def manifest(server, name):
    path = server.models / "manifests/registry.ollama.ai/library" / name.replace(":", "/")
    return json.loads(path.read_text())


def make_again(cli, name, again="again"):
    """A new model from the Modelfile of `name`; returns the Modelfile."""
    modelfile = cli.ok("show", name, "--modelfile")
    path = cli.server.folder / "RoundTrip"
    path.write_text(modelfile)
    made = cli("create", again, "-f", str(path))
    assert made.code == 0, made
    return modelfile


def same_parts(server, name, again):
    """Both manifests without the names of the models whose layers were taken over."""
    def parts(of):
        whole = manifest(server, of)
        return [{k: v for k, v in part.items() if k != "from"}
                for part in [whole["config"], *whole["layers"]]]

    assert parts(again) == parts(name)
