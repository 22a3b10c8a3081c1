"""Who may call: Host header, Origin header, preflight."""

import pytest

from harness.sockets import send_request

ALLOWED_HOSTS = ["localhost", "localhost:11434", "127.0.0.1", "127.0.0.1:11434", "[::1]:11434",
                 "0.0.0.0", "192.168.1.7", "10.0.0.3:80", "app.localhost", "box.local",
                 "api.internal", ""]
FORBIDDEN_HOSTS = ["example.com", "example.com:11434", "8.8.8.8", "localhost.example.com",
                   "evil-localhost", "127.0.0.1.example.com"]
ALLOWED_ORIGINS = ["http://localhost", "https://localhost:8080", "http://127.0.0.1:3000",
                   "http://0.0.0.0:1", "app://x", "file://x", "tauri://localhost",
                   "vscode-webview://abc", "vscode-file://vscode-app",
                   "chrome-extension://abcdef"]
PREFLIGHT = {"Host": "localhost", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type"}


@pytest.mark.smoke
@pytest.mark.parametrize("host", ALLOWED_HOSTS)
def test_near_hosts_may_call(server, host):
    status, _, body = send_request(server, "GET", "/", {"Host": host})
    assert (status, body) == ("HTTP/1.1 200 OK", "Ollama is running")


@pytest.mark.smoke
@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_far_hosts_are_forbidden(server, host):
    status, headers, body = send_request(server, "GET", "/api/tags", {"Host": host})
    assert (status, body, headers["content-length"]) == ("HTTP/1.1 403 Forbidden", "", "0")


@pytest.mark.parametrize("origin", ALLOWED_ORIGINS)
def test_near_origins_may_call(server, origin):
    status, headers, _ = send_request(server, "GET", "/api/tags",
                                      {"Host": "localhost", "Origin": origin})
    assert status == "HTTP/1.1 200 OK"
    assert headers["access-control-allow-origin"] in (origin, "*")


@pytest.mark.smoke
@pytest.mark.parametrize("origin", ["http://example.com", "https://localhost.example.com",
                                    "http://localhostx"])
def test_far_origins_are_forbidden(server, origin):
    status, headers, body = send_request(server, "GET", "/api/tags",
                                         {"Host": "localhost", "Origin": origin})
    assert (status, body) == ("HTTP/1.1 403 Forbidden", "")
    assert "access-control-allow-origin" not in headers


def test_the_servers_own_origin_may_call(server):
    host = f"box.local:{server.port}"
    status, _, _ = send_request(server, "GET", "/", {"Host": host, "Origin": f"http://{host}"})
    assert status == "HTTP/1.1 200 OK"


@pytest.mark.smoke
def test_preflight_is_answered(server):
    status, headers, body = send_request(
        server, "OPTIONS", "/api/chat", PREFLIGHT | {"Origin": "http://localhost:3000"})
    assert (status, body) == ("HTTP/1.1 204 No Content", "")
    assert headers["access-control-allow-origin"] in ("http://localhost:3000", "*")
    assert "POST" in headers["access-control-allow-methods"]
    assert "content-type" in headers["access-control-allow-headers"].lower()
    assert headers["access-control-max-age"] == "43200"


def test_preflight_from_afar_is_forbidden(server):
    status, _, _ = send_request(server, "OPTIONS", "/api/chat",
                                PREFLIGHT | {"Origin": "http://example.com"})
    assert status == "HTTP/1.1 403 Forbidden"


def test_named_origins_may_call(make_server):
    server = make_server(OLLAMA_ORIGINS="https://chat.example.com,http://*.example.org")
    for origin, status in {"https://chat.example.com": 200, "http://a.example.org": 200,
                           "https://example.net": 403}.items():
        line, _, _ = send_request(server, "GET", "/", {"Host": "localhost", "Origin": origin})
        assert line.split()[1] == str(status), origin


def test_a_star_lets_everybody_call(make_server):
    server = make_server(OLLAMA_ORIGINS="*")
    status, headers, _ = send_request(server, "GET", "/",
                                      {"Host": "localhost", "Origin": "http://example.com"})
    assert status == "HTTP/1.1 200 OK"
    assert headers["access-control-allow-origin"] == "*"
