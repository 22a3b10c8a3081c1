"""Kills a server in the middle of its pull, again and again."""

import random
import signal
import threading

import httpx

from harness.models import WEIGHTS, RemoteModel, random_bytes
from harness.rationed_registry import RationedRegistry
from harness.wait import until

PART = 256 << 10
SETTINGS = {"AXLLAMA_PULL_PART": str(PART), "AXLLAMA_PULL_BACKOFF": "10ms"}
PARTS_AT_ONCE = 16


def _pull(url, body, lines):
    try:
        with httpx.stream("POST", f"{url}/api/pull", json=body, timeout=60,
                          trust_env=False) as answer:
            lines.extend(answer.iter_lines())
    except httpx.TransportError:
        pass  # it was killed


def pull_with_kills(start, kills, size, seed=1):
    """`start` gives a running server on always the same store. Returns the registry, the model, the
    last server and the lines of the last pull."""
    model = RemoteModel([(WEIGHTS, random_bytes(size, seed))])
    registry = RationedRegistry("me/model", model)
    body = {"model": f"http://{registry.name}/me/model", "insecure": True}
    chance = random.Random(seed)
    for _ in range(kills):
        server = start()
        registry.allow(chance.randrange(1, 2 * size // kills))
        thread = threading.Thread(target=_pull, args=(server.url, body, []))
        thread.start()
        until(lambda: registry.is_used_up() or not thread.is_alive(), "the ration is used up", 60)
        server.signal(signal.SIGKILL)
        server.process.wait()
        thread.join()
    server = start()
    registry.allow(1 << 60)
    lines = []
    _pull(server.url, body, lines)
    return registry, model, server, lines
