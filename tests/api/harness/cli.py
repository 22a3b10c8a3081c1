"""The command line, as somebody types it."""

import subprocess
from dataclasses import dataclass

from harness.server import BINARY
from harness.wait import PATIENCE


@dataclass
class Said:
    code: int
    out: str
    err: str


class Cli:
    """Runs commands with the environment of a server (harness.server.Server)."""

    def __init__(self, server):
        self.server = server

    def __call__(self, *words, stdin="", env=None, seconds=60, cwd=None):
        done = subprocess.run([BINARY, *words], input=stdin, env=self.server.env | (env or {}),
                              cwd=cwd or self.server.folder, capture_output=True, text=True,
                              timeout=seconds * PATIENCE)
        return Said(done.returncode, done.stdout, done.stderr)

    def ok(self, *words, **how):
        """The standard output of a command that must succeed and complain about nothing."""
        said = self(*words, **how)
        assert (said.code, said.err) == (0, ""), said
        return said.out
