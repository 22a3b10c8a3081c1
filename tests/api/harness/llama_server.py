"""llama.cpp's own server, built from the same source, to compare with."""

import os
import subprocess
from pathlib import Path

import httpx

from harness.server import ROOT, clean_environment, free_port
from harness.wait import PATIENCE, until

BINARY = Path(os.environ.get("AXLLAMA_LLAMA_SERVER", ROOT / "build/llama/bin/llama-server"))


class LlamaServer:
    def __init__(self, model, log, threads, context=4096, parallel=1, more=()):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [BINARY, "--host", "127.0.0.1", "--port", str(self.port), "-m", str(model),
                   "-c", str(context * parallel), "--parallel", str(parallel), "-t", str(threads),
                   "-tb", str(threads), "--no-webui", *more]
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, env=clean_environment())
        self.http = httpx.Client(base_url=self.url, timeout=120 * PATIENCE, trust_env=False)

    def wait_ready(self):
        until(self._is_ready, "llama-server is ready", 60)
        return self

    def _is_ready(self):
        assert self.process.poll() is None, "llama-server has ended"
        try:
            return self.http.get("/health").status_code == 200
        except httpx.TransportError:
            return False

    def post(self, path, body):
        answer = self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stop(self):
        self.http.close()
        self.process.terminate()
        self.process.wait(30)
