"""The native API as bare HTTP, with no client library's kindness in between."""

import contextlib
import json

import httpx

from harness import contract
from harness.wait import PATIENCE


class Api:
    def __init__(self, url, seconds=60):
        self.http = httpx.Client(base_url=url, timeout=seconds * PATIENCE, trust_env=False)

    def close(self):
        self.http.close()

    def get(self, path, **how):
        return self._checked(self.http.get(path, **how))

    def head(self, path):
        return self.http.head(path)

    def post(self, path, body=None, **how):
        """`body`: an object to send as JSON, or bytes and text to send as they are."""
        return self._send("POST", path, body, **how)

    def delete(self, path, body=None):
        return self._send("DELETE", path, body)

    def _send(self, method, path, body, **how):
        if isinstance(body, (bytes, str)):
            return self._checked(self.http.request(method, path, content=body, **how))
        return self._checked(self.http.request(method, path, json=body, **how))

    def _checked(self, response):
        """Every answer must be as docs/openapi.yaml says."""
        contract.check(response)
        return response

    @contextlib.contextmanager
    def open(self, path, body):
        """A streamed answer, with an iterator over its objects as they come."""
        with self.http.stream("POST", path, json=body) as response:
            yield response, (json.loads(line) for line in response.iter_lines() if line)

    def lines(self, path, body):
        """All objects of a streamed answer."""
        with self.open(path, body) as (response, objects):
            if response.status_code != 200:
                response.read()
            assert response.status_code == 200, response.text
            assert response.headers["content-type"] == "application/x-ndjson"
            return list(objects)

    def answer(self, path, body):
        """The one object of an answer that is not streamed."""
        response = self.post(path, {"stream": False} | body)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        return response.json()

    def generate(self, prompt, model="sprout", **fields):
        return self.answer("/api/generate", {"model": model, "prompt": prompt} | fields)

    def chat(self, messages, model="sprout", **fields):
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        return self.answer("/api/chat", {"model": model, "messages": messages} | fields)

    def tags(self):
        return {row["name"]: row for row in self.get("/api/tags").json()["models"]}

    def ps(self):
        return {row["name"]: row for row in self.get("/api/ps").json()["models"]}

    def unload(self, model="sprout"):
        return self.answer("/api/generate", {"model": model, "prompt": "", "keep_alive": 0})


def expect_error(response, status, text):
    """The exact error, in the API's one form."""
    assert (response.status_code, response.text) == (status, json.dumps(
        {"error": text}, ensure_ascii=False, separators=(",", ":")))
    assert response.headers["content-type"] == "application/json; charset=utf-8"
