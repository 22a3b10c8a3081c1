"""What /proc tells about processes."""

import os
from pathlib import Path


def _numbered():
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _stat(pid):
    """The fields of /proc/PID/stat from the state on; nothing when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def is_alive(pid):
    """Whether the process runs; one that only waits to be reaped doesn't."""
    fields = _stat(pid)
    return fields is not None and fields[0] not in "ZX"


def children(pid):
    found = []
    for other in _numbered():
        fields = _stat(other)
        if fields and int(fields[1]) == pid and fields[0] not in "ZX":
            found.append(other)
    return found


def with_environment(name, value):
    """The living processes in whose environment the variable has that value."""
    wanted = f"{name}={value}".encode()
    found = []
    for pid in _numbered():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if wanted in environment.split(b"\0") and is_alive(pid):
            found.append(pid)
    return found


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def _sum_of(path, key):
    total = 0
    for line in Path(path).read_text().splitlines():
        if line.startswith(key + ":"):
            total += int(line.split()[1]) * 1024
    return total


def resident_bytes(pid):
    return _sum_of(f"/proc/{pid}/status", "VmRSS")


def peak_bytes(pid):
    """The most resident memory that it ever had."""
    return _sum_of(f"/proc/{pid}/status", "VmHWM")


def proportional_bytes(pid):
    """Resident memory, with pages that several processes map shared out among them."""
    return _sum_of(f"/proc/{pid}/smaps_rollup", "Pss")


def private_bytes(pid):
    """Memory that would be free if the process ended: no file pages shared with others."""
    return _sum_of(f"/proc/{pid}/smaps_rollup", "Private_Dirty")


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
