"""The two servers under one face: started, asked for streams, weighed."""

import tempfile
import time
from pathlib import Path

from harness import processes
from harness.api import Api
from harness.cli import Cli
from harness.llama_server import LlamaServer
from harness.server import Server
from stream import Stream

SLOTS = 8


class Ours:
    name = "axllama"

    def __init__(self, model, threads, context):
        self.folder = Path(tempfile.mkdtemp(prefix="axllama-bench-"))
        self.options = {"num_thread": threads, "num_ctx": context}
        self.server = Server(self.folder, {"OLLAMA_NUM_PARALLEL": str(SLOTS)})
        began = time.perf_counter()
        self.server.start()
        self.listening = time.perf_counter() - began
        self.idle_bytes = sum(map(processes.proportional_bytes, self.server.processes()))
        self.api = Api(self.server.url)
        self._create(model)
        began = time.perf_counter()
        self.api.answer("/api/generate", {"model": "bench", "options": self.options})
        self.loading = time.perf_counter() - began

    def _create(self, model):
        modelfile = self.folder / "Modelfile"
        modelfile.write_text(f"FROM {model}\nPARAMETER temperature 0\n")
        made = Cli(self.server)("create", "bench", "-f", str(modelfile))
        assert made.code == 0, made.err

    @property
    def ready(self):
        """Seconds from the start of the process until the model could answer."""
        return self.listening + self.loading

    def complete(self, prompt, tokens, **sampling):
        return Stream(self.server.port, "/api/generate", {
            "model": "bench", "prompt": prompt, "raw": True,
            "options": self.options | sampling | {"num_predict": tokens}})

    def chat(self, messages, tokens):
        return Stream(self.server.port, "/api/chat", {
            "model": "bench", "messages": messages, "think": False,
            "options": self.options | {"num_predict": tokens}})

    def evaluated(self, stream):
        """Prompt tokens that were computed, not taken from the cache."""
        last = stream.last
        return last["prompt_eval_count"] - last["prompt_eval_cached_count"]

    def memory(self):
        return sum(map(processes.proportional_bytes, self.server.processes()))

    def stop(self):
        self.server.stop()


class Theirs:
    name = "llama-server"

    def __init__(self, model, threads, context):
        folder = Path(tempfile.mkdtemp(prefix="llama-server-bench-"))
        began = time.perf_counter()
        self.server = LlamaServer(model, folder / "log", threads, context, SLOTS,
                                  ("--cache-ram", "0"))
        self.server.wait_ready()
        self.ready = time.perf_counter() - began

    def complete(self, prompt, tokens, **sampling):
        return Stream(self.server.port, "/completion", {
            "prompt": prompt, "n_predict": tokens, "temperature": 0, "stream": True,
            "cache_prompt": True} | sampling)

    def chat(self, messages, tokens):
        return Stream(self.server.port, "/v1/chat/completions", {
            "messages": messages, "max_tokens": tokens, "temperature": 0, "stream": True,
            "chat_template_kwargs": {"enable_thinking": False}})

    def evaluated(self, stream):
        return stream.last["timings"]["prompt_n"]

    def memory(self):
        return processes.proportional_bytes(self.server.process.pid)

    def stop(self):
        self.server.stop()
