"""Pulls of a newer version of a model in which one call that touches the store fails, or the server
is killed there."""

import shutil

import httpx

from harness.file_faults import KILL, NAMES, FileFaults
from harness.models import LICENSE, WEIGHTS, RemoteModel, is_in, random_bytes
from harness.store_check import complaints, manifests
from harness.strange_registry import StrangeRegistry

PART = 64 << 10
SETTINGS = {"AXLLAMA_PULL_PART": str(PART), "AXLLAMA_PULL_BACKOFF": "1ms"}
SYSTEM = "application/vnd.ollama.image.system"

_SHARED = (SYSTEM, b"You are what two models share.")
OLD = RemoteModel([(WEIGHTS, random_bytes(10_000, 1)), _SHARED, (LICENSE, b"the old one's")])
NEW = RemoteModel([(WEIGHTS, random_bytes(3 * PART + 1000, 2)), (LICENSE, b"the new one's")])
OTHER = RemoteModel([(WEIGHTS, random_bytes(10_000, 3)), _SHARED])


class FaultyPulls:
    """`start`: gives a running server on the store `models`, with the environment it is given."""

    def __init__(self, folder, start):
        self.models, self.kept, self.start = folder / "models", folder / "kept", start
        self.registry = StrangeRegistry({"me/model:latest": OLD, "me/other:latest": OTHER})
        self.place = f"{self.registry.name}/me/model/latest"
        self.faults = FileFaults(folder, self.models)
        self.server = self._start()
        for name in "me/model", "me/other":
            assert '"success"' in self.pull(name)[-1]
        self.registry.models["me/model:latest"] = NEW
        shutil.copytree(self.models, self.kept)
        self.before = manifests(self.kept)

    def _start(self):
        return self.start(self.models, **self.faults.environment, **SETTINGS)

    def restore(self):
        shutil.rmtree(self.models)
        shutil.copytree(self.kept, self.models)

    def pull(self, name="me/model"):
        """The lines that came; fewer when the server was killed."""
        lines = []
        try:
            with httpx.stream("POST", f"{self.server.url}/api/pull", timeout=60, trust_env=False,
                              json={"model": f"http://{self.registry.name}/{name}",
                                    "insecure": True}) as answer:
                lines.extend(answer.iter_lines())
        except httpx.TransportError:
            pass
        return lines

    def sites(self):
        """Every site of such a pull, and how often it comes by."""
        self.restore()
        found = self.faults.sites(self.pull)
        assert is_in(self.models, self.place, NEW)
        return found

    def _check_store(self):
        assert complaints(self.models) == []
        now = manifests(self.models)
        assert now[self.place] in (OLD.manifest, NEW.manifest)
        others = {place: text for place, text in now.items() if place != self.place}
        assert others == {p: text for p, text in self.before.items() if p != self.place}

    def _try(self, site, ordinal, number):
        self.restore()
        self.faults.arm(site, ordinal, number)
        lines = self.pull()
        fired = self.faults.fired
        self.faults.disarm()
        if number == KILL and fired:
            self.server.process.wait()
        else:
            self.server.check_running()
            assert '"success"' in lines[-1] or '"error"' in lines[-1]
            assert '"error"' in lines[-1] or is_in(self.models, self.place, NEW)
        self._check_store()
        if number == KILL and fired:
            self.server = self._start()
            self._check_store()
        assert '"success"' in self.pull()[-1]
        assert is_in(self.models, self.place, NEW)
        self._check_store()
        blobs = (path.name for path in (self.models / "blobs").iterdir())
        assert number == KILL or [name for name in blobs if "partial" in name] == []
        return fired

    def check(self, site, ordinal, number):
        """One fault, what it leaves, and a pull after it. Whether it came to the fault."""
        try:
            return self._try(site, ordinal, number)
        except AssertionError as error:
            raise AssertionError(f"{NAMES[number]} at {site.call} {ordinal} of {site.place}: "
                                 f"{error}") from error

    def close(self):
        self.registry.close()
        self.faults.close()
