"""`axllama serve` as a process of its own, with a store, a port and a home of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import httpx

from harness import processes
from harness.wait import PATIENCE, until

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("AXLLAMA_BINARY", ROOT / "build/axllama")).absolute()

_SANITIZER_REPORT = re.compile(
    r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|ERROR: LeakSanitizer"
)
_PASSED_ON = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS",
              "LD_LIBRARY_PATH", "AXLLAMA_LIB_DIR")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**more):
    """Nothing of the caller's own settings, and only what the test says."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return environment | {"LANG": "C.UTF-8"} | more


class Server:
    """One server. `env` is added to its environment; a store may be shared by naming `models`."""

    def __init__(self, folder, env=None, models=None):
        self.folder = Path(folder)
        self.port = free_port()
        self.models = Path(models) if models else self.folder / "models"
        # Unix sockets have short paths, and pytest's folders long ones.
        self.runtime = Path(tempfile.mkdtemp(prefix="axllama-"))
        self.log_path = self.folder / "serve.log"
        self.env = clean_environment(
            HOME=str(self.folder),
            OLLAMA_HOST=f"127.0.0.1:{self.port}",
            OLLAMA_MODELS=str(self.models),
            AXLLAMA_RUNTIME_DIR=str(self.runtime),
            # No test asks a host elsewhere: nothing listens there.
            HTTPS_PROXY="http://127.0.0.1:9",
            NO_PROXY="127.0.0.1,localhost",
        ) | (env or {})
        self.process = None
        self.user = None  # uid it runs as: only root can say another

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve"], env=self.env, cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            user=self.user)
        until(self._answers, "the server answers", 20)
        return self

    def _answers(self):
        self.check_running()
        try:
            return httpx.get(self.url, timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def check_running(self):
        code = self.process.poll()
        assert code is None, f"the server ended with {code}:\n{self.log_tail()}"

    def log_tail(self, lines=40):
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def processes(self):
        """Every living process of this server: itself and its runners."""
        return processes.with_environment("AXLLAMA_RUNTIME_DIR", str(self.runtime))

    def runners(self):
        return [pid for pid in self.processes() if "runner" in processes.command_line(pid)[1:2]]

    def _ask_runners(self, method, path, **how):
        """What each runner answers."""
        found = []
        for socket_path in self.runtime.rglob("*"):
            if not socket_path.is_socket():
                continue
            try:
                transport = httpx.HTTPTransport(uds=str(socket_path))
                with httpx.Client(transport=transport, timeout=5) as runner:
                    found.append(runner.request(method, f"http://runner{path}", **how).json())
            except httpx.TransportError:
                continue  # it is just coming or going
        return found

    def runner_health(self):
        """What GET /health of each runner says."""
        return self._ask_runners("GET", "/health")

    def tokens(self, text):
        """The text's tokens by the only loaded model."""
        (answer,) = self._ask_runners("POST", "/tokenize", json={"text": text})
        return answer["tokens"]

    def is_idle(self):
        """Whether no runner computes or has anything waiting."""
        return all(h.get("active", 0) == 0 and h.get("queued", 0) == 0
                   for h in self.runner_health())

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=15):
        return self.process.wait(seconds * PATIENCE)

    def stop(self):
        """Ends the server as a service manager would; it must leave nothing behind."""
        if self.process is None:
            return
        was_running = self.process.poll() is None
        try:
            if was_running:
                self.signal(signal.SIGTERM)
                assert self.wait() == 0, f"exit code {self.process.returncode}:\n{self.log_tail()}"
            until(lambda: not self.processes(), "the runners have ended with the server")
        finally:
            self.kill_all()
            shutil.rmtree(self.runtime, ignore_errors=True)
        report = _SANITIZER_REPORT.search(self.log_path.read_text(errors="replace"))
        assert report is None, f"a sanitizer complained:\n{self.log_tail(200)}"

    def kill_all(self):
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.process is not None:
            self.process.wait()
