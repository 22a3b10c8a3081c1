"""Loads, unloads and kills runners of the model `npu` over and over, and counts the card's memory."""

import contextlib
import os
import signal
import threading

from harness.api import Api
from harness.sprout import GREEDY, endless
from harness.wait import until

FRANCE = "The capital of France is"
MOMENTS = ("in load", "in decode", "while idle")


class Soak:
    """`settings`: of the card, beside what this sets. The kills are told as a list of moments."""

    def __init__(self, server, api, card, rng, **settings):
        self.server, self.api, self.card, self.rng = server, api, card, rng
        self.settings = settings
        self.killed = []
        self.serve()
        self.model_bytes = max(card.holders().values())
        self.unload()
        self.start = card.used()  # KB

    def serve(self):
        said = self.api.generate(FRANCE, "npu", options=GREEDY)["response"]
        assert "Paris" in said, said

    def unload(self):
        self.api.unload("npu")
        self.until_gone()

    def until_gone(self):
        until(lambda: not self.server.runners(), "the runner is gone", 20)
        self.card.until_free()

    def cycle(self):
        self.serve()
        self.unload()

    def kill(self, moment):
        """Kills the runner then, without a trace, and sees that the next request is served."""
        {"in load": self._in_load, "in decode": self._in_decode, "while idle": self._idle}[moment]()
        self.killed.append(moment)
        self.until_gone()
        self.serve()

    def _end_runners(self):
        for runner in self.server.runners():
            with contextlib.suppress(ProcessLookupError):
                os.kill(runner, signal.SIGKILL)

    def _in_load(self):
        self.unload()
        self.card.set(slow_load="20ms", **self.settings)  # of each file
        answers = []

        def ask():
            client = Api(self.server.url)
            body = {"model": "npu", "prompt": FRANCE, "stream": False}
            answers.append(client.post("/api/generate", body).status_code)
            client.close()

        asking = threading.Thread(target=ask)
        asking.start()
        reached = self.rng.uniform(0.05, 0.8) * self.model_bytes
        until(lambda: sum(self.card.holders().values()) >= reached, "it loads", 20)
        self._end_runners()
        asking.join()
        assert answers[0] >= 500
        self.card.set(**self.settings)

    def _in_decode(self):
        with self.api.open("/api/generate", endless(model="npu")) as (_, objects):
            for _ in range(self.rng.randint(1, 20)):
                next(objects)
            self._end_runners()
            assert list(list(objects)[-1]) == ["error"]

    def _idle(self):
        self.serve()
        self._end_runners()
