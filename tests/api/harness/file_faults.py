"""Faults at the calls by which a server touches its store.

A library that is preloaded into the server (file_faults.c) lists these calls and lets one of them
fail, or kills the server there. A call is known by its name, by the role of what it touches and by
how many of its like came before."""

import collections
import errno
import mmap
import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

KILL = 0
NAMES = {KILL: "kill", **{number: name for number, name in errno.errorcode.items()}}

_CALL, _PLACE, _ROOT = 28, 28 + 32, 28 + 32 + 512
_LOG = _ROOT + 512
_LOG_BYTES = 4 << 20
_FIRED, _LISTING, _LOG_USED = 16, 20, 24


@dataclass(frozen=True, order=True)
class Site:
    call: str  # "pwrite"
    place: str  # pattern of a path below the store's root: "blobs/sha256-*-partial"


def site_of(line):
    """The site of a line of the listing. Chance is taken out of names, and the numbers of parts."""
    call, _, place = line.partition(" ")
    place = place.removesuffix(" (deleted)")
    place = re.sub(r"sha256-new-\w{6}$", "sha256-new-*", place)
    place = re.sub(r"\.tmp-[0-9a-f]{16}$", ".tmp-*", place)
    place = re.sub(r"-partial-\d+$", "-partial-[0-9]*", place)
    return Site(call, place)


def build(folder):
    library = Path(folder) / "file_faults.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run(["cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
                    source, "-o", library, "-ldl"], check=True)
    return library


class FileFaults:
    """`environment`: what a server's environment needs."""

    def __init__(self, folder, root):
        self.path = Path(folder) / "file-faults"
        self.path.write_bytes(bytes(_LOG + _LOG_BYTES))
        with open(self.path, "r+b") as file:
            self.orders = mmap.mmap(file.fileno(), 0)
        self.orders[_ROOT:_ROOT + 512] = str(root).encode().ljust(512, b"\0")
        self.environment = {"LD_PRELOAD": str(build(folder)),
                            "AXLLAMA_TEST_FILE_FAULTS": str(self.path)}

    def _set(self, offset, value):
        self.orders[offset:offset + 4] = struct.pack("=I", value)

    def _get(self, offset):
        return struct.unpack("=I", self.orders[offset:offset + 4])[0]

    def sites(self, work):
        """What `work` does: how often it comes by each site."""
        self._set(_LOG_USED, 0)
        self._set(_LISTING, 1)
        try:
            work()
        finally:
            self._set(_LISTING, 0)
        used = self._get(_LOG_USED)
        assert used <= _LOG_BYTES, "the listing has no room for so many calls"
        lines = self.orders[_LOG:_LOG + used].decode().splitlines()
        return collections.Counter(site_of(line) for line in lines)

    def arm(self, site, ordinal, number):
        self.disarm()
        self.orders[_CALL:_CALL + 32] = site.call.encode().ljust(32, b"\0")
        self.orders[_PLACE:_PLACE + 512] = site.place.encode().ljust(512, b"\0")
        self.orders[4:20] = struct.pack("=4I", number, ordinal, 0, 0)
        self._set(0, 1)

    def disarm(self):
        self._set(0, 0)

    @property
    def fired(self):
        return self._get(_FIRED) == 1

    def close(self):
        self.orders.close()
