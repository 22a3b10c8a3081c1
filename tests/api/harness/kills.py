"""Kills a server in the middle of its pull, again and again."""

import json
import random
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from harness.docker_registry import PROGRAM, DockerRegistry
from harness.models import WEIGHTS, RemoteModel, random_bytes
from harness.rationed_proxy import RationedProxy
from harness.registry_files import plant_model
from harness.strange_registry import StrangeRegistry
from harness.wait import until

NAME = "me/model"
PART = 16 << 10
PARTS_AT_ONCE = 16
SETTINGS = {"AXLLAMA_PULL_PART": str(PART), "AXLLAMA_PULL_BACKOFF": "10ms"}
# What a server has read when it is killed and has to read again, at most: what it writes down after
# a part's length for each request under way, and the one piece that it holds in its hands.
MOST_LOST = PARTS_AT_ONCE * (PART + 1024) + (256 << 10)  # an answer's head is below 1 KB
SHARE = 1.6  # of the mean ration that would end the pull with the last kill: it must not end before


@dataclass
class Kill:
    """What was true when the server was dead."""

    read: int  # bytes, since the last kill
    kept: dict  # of each part: its end to where its note says that it goes on


class KilledPull:
    """`start` gives a running server on always the same `store`."""

    def __init__(self, proxy, model, store, start):
        self.proxy, self.model, self.store, self.start = proxy, model, store, start
        self.kills = []
        self.lines = []

    def _pull(self, server, lines):
        body = {"model": f"http://{self.proxy.name}/{NAME}", "insecure": True}
        try:
            with httpx.stream("POST", f"{server.url}/api/pull", json=body, timeout=60,
                              trust_env=False) as answer:
                lines.extend(answer.iter_lines())
        except httpx.TransportError:
            pass  # it was killed

    def _kept(self):
        notes = (json.loads(path.read_text()) for path in
                 (self.store / "blobs").glob(f"{self.model.first.replace(':', '-')}-partial-*"))
        return {note["Offset"] + note["Size"]: note["Offset"] + note["Completed"] for note in notes}

    def kill(self, ration):
        """Starts a server, lets it pull that many bytes and kills it."""
        server, before = self.start(), self.proxy.bytes_given()
        self.proxy.allow(ration)
        thread = threading.Thread(target=self._pull, args=(server, []))
        thread.start()
        until(lambda: self.proxy.is_used_up() or not thread.is_alive(), "the ration is used up", 60)
        assert thread.is_alive(), "the pull ended before it could be killed"
        server.signal(signal.SIGSTOP)  # so that what it has not read can be counted
        read = self.proxy.bytes_given() - before - self.proxy.bytes_on_their_way()
        server.signal(signal.SIGKILL)
        server.process.wait()
        thread.join()
        self.kills.append(Kill(read, self._kept()))

    def kill_at_random(self, times, size, seed):
        chance = random.Random(seed)
        for _ in range(times):
            self.kill(chance.randrange(1, int(SHARE * size) // times))

    def end(self):
        """A last pull, which nobody kills; its server."""
        server = self.start()
        self.proxy.allow(1 << 60)
        self._pull(server, self.lines)
        return server

    def asked_again(self):
        """Ranges that were asked for although the notes of before said that they are there."""
        found = []
        for kill, ranges in zip(self.kills, self.proxy.ranges[1:]):
            found += [(first, last) for path, first, last in ranges
                      if path.endswith(self.model.first)
                      and first != kill.kept.get(last + 1, first)]
        return found

    def kept(self):
        """Bytes that were there when it was killed last."""
        return sum(self._done(self.kills[-1].kept))

    def most_lost(self):
        """By one kill: bytes that were read and that no note knows of."""
        kept = [sum(self._done(kill.kept)) for kill in self.kills]
        gained = [now - then for then, now in zip([0, *kept], kept)]
        return max(kill.read - more for kill, more in zip(self.kills, gained))

    @staticmethod
    def _done(kept):
        starts = [0, *sorted(kept)]
        return (kept[end] - start for start, end in zip(starts, sorted(kept)))


@contextmanager
def killed_pull(folder, size, start, seed=1):
    """A pull through a proxy from Debian's docker-registry, where that is, or from our own."""
    model = RemoteModel([(WEIGHTS, random_bytes(size, seed))])
    if PROGRAM:
        plant_model(folder / "registry", NAME, model)
        registry = DockerRegistry(folder / "registry")
    else:
        registry = StrangeRegistry({f"{NAME}:latest": model})
    proxy = RationedProxy(registry.port)
    try:
        yield KilledPull(proxy, model, folder / "models", start)
    finally:
        proxy.close()
        registry.close()
