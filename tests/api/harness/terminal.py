"""`axllama run` as a person at a terminal uses it."""

import re

import pexpect

from harness.server import BINARY
from harness.wait import PATIENCE

PROMPT = ">>> "
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Terminal:
    """A person at a terminal of 24 lines and 80 columns."""

    def __init__(self, server, words, model="sprout"):
        self.child = pexpect.spawn(str(BINARY), ["run", model, *words],
                                   env=server.env | {"TERM": "xterm-256color"}, encoding="utf-8",
                                   dimensions=(24, 80), timeout=30 * PATIENCE)
        self.read_answer()

    def type(self, text):
        self.child.send(text)

    def read_answer(self):
        """What appears up to the next prompt."""
        self.child.expect_exact(PROMPT)
        return ESCAPES.sub("", self.child.before)

    def say(self, line):
        self.type(line + "\r")
        return self.read_answer()

    def expect(self, text):
        """Waits for a text; what the editor draws anew may bring further prompts before it."""
        self.child.expect_exact(text)

    def end(self):
        """Waits for the end and returns the exit code."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus
