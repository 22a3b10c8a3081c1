"""A fault at every place where a pull touches the store. bench/pull_faults.py tries each call with
each fault."""

import errno
import itertools

import pytest

from harness.file_faults import KILL
from harness.faulty_pulls import FaultyPulls

ERRORS = errno.EIO, errno.ENOSPC, errno.EINTR


@pytest.fixture
def pulls(make_server, tmp_path):
    work = FaultyPulls(tmp_path, make_server)
    yield work
    work.close()


def fail_everywhere(pulls, numbers):
    """Each site once, with the numbers in turn. How many were tried."""
    sites = sorted(pulls.sites())
    missed = [site for site, number in zip(sites, itertools.cycle(numbers))
              if not pulls.check(site, 1, number)]
    assert missed == []
    return len(sites)


@pytest.mark.parametrize("first", range(len(ERRORS)))
def test_a_call_that_fails_loses_nothing(pulls, first):
    assert fail_everywhere(pulls, ERRORS[first:] + ERRORS[:first]) > 40


def test_a_server_that_is_killed_at_a_call_loses_nothing(pulls):
    assert fail_everywhere(pulls, [KILL]) > 40
