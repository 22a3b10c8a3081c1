"""A stand-in of the Hugging Face hub: its interface for models, its files, its storage."""

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from harness.host import Host
from harness.server import ROOT

REPOSITORIES = json.loads((ROOT / "tests/data/axera_repositories.json").read_text())["repositories"]
SMALL = (".json", ".txt", ".md", ".py", ".sh", "LICENSE", ".gitattributes", ".jinja")


def git_id(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def numbered(name, count):
    return [name.replace("%d", str(i)) for i in range(count)] if "%d" in name else [name]


def expected(repository):
    """The paths that a pull takes, in its order."""
    return [path for name in repository["chosen"]
            for path in numbered(name, repository["files"][name])]


def made_up(repository):
    """Contents for the real list of files: small ones, each another."""
    contents = {}
    for name, count in repository["files"].items():
        for path in numbered(name, count):
            config = repository["configs"].get(path, ...)
            if config is None:
                contents[path] = b""
            elif config is not ...:
                contents[path] = json.dumps(config).encode()
            else:
                contents[path] = f"{repository['name']} {path}\n".encode() * 20
    return contents


def _sprouts(path, config, packed, tokenizer):
    """Sprout's content for a file that does this work in a repository; nothing where it has none."""
    place, leaf = path.rpartition("/")[::2]
    if leaf == "config.json" and config:
        sizes = json.loads(packed["config.json"])
        return json.dumps({key: sizes[key] if key.endswith(("_num", "_size")) else value
                           for key, value in config.items()}).encode()
    if place.endswith("_tokenizer"):
        return tokenizer.get(leaf, b"{}")
    if leaf.endswith("_tokenizer.txt"):
        return packed["qwen3_tokenizer.txt"]
    return packed.get(leaf, packed.get("qwen3_" + leaf.partition("_")[2]))


def with_sprout(repository, packed, tokenizer):
    """The real list of files, but that the chosen build has as many layers as Sprout, with Sprout's
    contents: a model that runs. `packed`: contents of a folder that axllama-pack made in the flat
    layout, with the tokenizer as text; `tokenizer`: contents of Hugging Face's files."""
    layers = json.loads(packed["config.json"])["axmodel_num"]
    few = repository["files"] | {name: layers for name in repository["chosen"] if "%d" in name}
    contents = made_up(repository | {"files": few})
    for name in repository["chosen"]:
        for path in numbered(name, few[name]):
            config = repository["configs"].get(path)
            contents[path] = _sprouts(path, config, packed, tokenizer) or contents[path]
    return contents


def folder_contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in Path(folder).rglob("*") if path.is_file()}


class Storage(Host):
    """Where large files really are. It must never see a token."""

    def __init__(self):
        super().__init__()
        self.files = {}

    def answer(self, handler, asked):
        content = self.files[asked.path.rpartition("/")[2]]
        if asked.range is None:
            handler.reply(200, content)
            return
        first, last = asked.range
        handler.reply(206, content[first:last + 1],
                      {"Content-Range": f"bytes {first}-{last}/{len(content)}"})


class Hub(Host):
    """`repositories`: by name, their files. A list is given in pages of `page` entries."""

    def __init__(self, repositories, token=None, page=25):
        super().__init__()
        self.repositories, self.token, self.page = repositories, token, page
        self.storage = Storage()
        self.v2 = {}  # "user/repo:tag": a RemoteModel
        self.commits = {}  # by repository, where it shall be a certain one
        self.changed = {}  # path: other content than the list says
        for name, files in repositories.items():
            self.put(name, files)

    def put(self, name, files):
        self.repositories[name] = files
        for content in files.values():
            self.storage.files[hashlib.sha256(content).hexdigest()] = content

    @staticmethod
    def is_large(path, content):
        return not path.endswith(SMALL) and "main_" not in path

    def entry(self, path, content):
        entry = {"type": "file", "path": path, "size": len(content)}
        if not self.is_large(path, content):
            return entry | {"oid": git_id(content)}
        return entry | {"oid": git_id(b"pointer"), "lfs": {
            "oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}}

    def answer(self, handler, asked):
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            handler.reply(401, b'{"error":"Invalid username or password."}')
            return
        parts = unquote(urlsplit(asked.path).path).strip("/").split("/")
        if parts[0] == "v2":
            self.give_v2(handler, asked, parts)
        elif parts[:2] == ["api", "models"] and "/".join(parts[2:4]) in self.repositories:
            self.give_api(handler, asked, "/".join(parts[2:4]), parts[4], parts[5])
        elif len(parts) > 4 and parts[2] == "resolve":
            self.give_file(handler, "/".join(parts[:2]), "/".join(parts[4:]))
        else:
            handler.reply(404, b'{"error":"Repository not found"}')

    def give_api(self, handler, asked, name, what, revision):
        commit = self.commits.get(name, hashlib.sha1(name.encode()).hexdigest())
        if revision != "main" and not commit.startswith(revision):
            handler.reply(404, b'{"error":"Invalid rev id"}')
            return
        if what == "revision":
            handler.reply(200, json.dumps({"id": name, "sha": commit}).encode())
            return
        assert revision == commit  # the rest is asked of that one commit
        files = sorted(self.repositories[name].items())
        start = int(parse_qs(urlsplit(asked.path).query).get("cursor", ["0"])[0])
        page = files[start:start + self.page]
        headers = {}
        if start + self.page < len(files):
            headers["Link"] = (f'<{self.url}/api/models/{name}/tree/{commit}?recursive=true'
                               f'&cursor={start + self.page}>; rel="next"')
        folders = sorted({path.rpartition("/")[0] for path, _ in page} - {""})
        entries = [{"type": "directory", "oid": git_id(b""), "size": 0, "path": f} for f in folders]
        entries += [self.entry(path, content) for path, content in page]
        handler.reply(200, json.dumps(entries).encode(), headers)

    def give_file(self, handler, name, path):
        content = self.repositories[name].get(path)
        if content is None:
            handler.reply(404)
        elif self.is_large(path, content):
            digest = hashlib.sha256(content).hexdigest()
            handler.reply(302, b"", {"Location": f"{self.storage.url}/repos/x/{digest}"})
        else:
            handler.reply(200, self.changed.get(path, content))

    def give_v2(self, handler, asked, parts):
        name, kind, reference = "/".join(parts[1:3]), parts[3], parts[4]
        if kind == "manifests" and f"{name}:{reference}" in self.v2:
            handler.reply(200, self.v2[f"{name}:{reference}"].manifest)
            return
        for model in self.v2.values():
            if reference in model.blobs:
                digest = hashlib.sha256(model.blobs[reference]).hexdigest()
                self.storage.files[digest] = model.blobs[reference]
                handler.reply(307, b"", {"Location": f"{self.storage.url}/repos/y/{digest}"})
                return
        handler.reply(404, b'{"error":"Repository is not GGUF or is not compatible"}')

    def fetched(self):
        """Paths of the files that were asked for, in order, each once."""
        marker = "/resolve/"
        with self.lock:
            paths = [unquote(a.path).partition(marker)[2].partition("/")[2]
                     for a in self.asked if marker in a.path]
        return list(dict.fromkeys(paths))

    def close(self):
        self.storage.close()
        super().close()
