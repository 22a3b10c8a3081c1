"""Whatever a client makes of docs/openapi.yaml, the server answers it: no fault, and no hang."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from harness import contract
from harness.server import Server
from harness.wait import PATIENCE, until

schema = schemathesis.openapi.from_path(contract.PATH)

# Answers are kept short, or they would be all that the time is spent on.
SHORT = {
    "/api/generate": {"options": {"num_predict": 2}},
    "/api/chat": {"options": {"num_predict": 2}},
    "/v1/chat/completions": {"max_completion_tokens": 2, "n": 1},
    "/v1/completions": {"max_completion_tokens": 2, "n": 1},
    "/v1/responses": {"max_output_tokens": 2},
    "/v1/messages": {"max_tokens": 2},
}
TRANSFERS = ("/api/pull", "/api/push")
NOBODY = "127.0.0.1:1/me/nothing"  # a registry where nobody listens
# Ollama's own statuses for what is wrong with a request, and what is not there yet.
KNOWN = ("option ", "invalid format: ")


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("any-body"), {"AXLLAMA_PULL_BACKOFF": "1ms"})
    try:
        yield server.start()
        server.check_running()
        until(server.is_idle, "no work is left behind")
    finally:
        server.stop()


@schema.parametrize()
@settings(max_examples=10, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))
def test_is_answered(fresh_server, case):
    if isinstance(case.body, dict) and "model" in case.body and case.method == "POST":
        created = case.path == "/api/create"
        name = NOBODY if case.path in TRANSFERS else "made" if created else "sprout"
        case.body |= SHORT.get(case.path, {}) | {"model": name}
    answer = case.call(base_url=fresh_server.url, timeout=20 * PATIENCE)
    status = answer.status_code
    text = answer.text
    known = status == 500 and any(f'"error":"{start}' in text for start in KNOWN)
    unreachable = case.path in TRANSFERS and NOBODY.partition("/")[0] in text
    assert status < 500 or status == 501 or known or unreachable, text
