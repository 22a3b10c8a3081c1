"""What Ollama's clients ask of its cloud, which is always off here."""

from harness.api import Api, expect_error


def test_status_says_that_the_cloud_is_off(api, make_server):
    assert api.get("/api/status").json() == {"cloud": {"disabled": True, "source": "none"}}
    server = make_server(OLLAMA_NO_CLOUD="1")
    other = Api(server.url)
    assert other.get("/api/status").json()["cloud"]["source"] == "env"
    other.close()


def test_there_is_no_account(api):
    expect_error(api.http.post("/api/me"), 401, "unauthorized")
    expect_error(api.http.post("/api/signout"), 401, "you are not currently signed in")
    expect_error(api.http.delete("/api/user/keys/abc"), 401, "you are not currently signed in")


def test_nothing_here_searches_the_web(api):
    for what in ("search", "fetch"):
        expect_error(api.http.post(f"/api/experimental/web_{what}", json={"query": "x"}), 403,
                     f"ollama cloud is disabled: web {what} is unavailable")


def test_models_of_the_cloud_are_refused(api):
    for path in ("/api/generate", "/api/chat", "/api/pull"):
        answer = api.http.post(path, json={"model": "gpt-oss:120b-cloud", "stream": False})
        expect_error(answer, 403, "ollama cloud is disabled: remote model is unavailable")


def test_a_local_name_is_the_name(api):
    assert api.generate("Hello!", "sprout:local")["done"]
