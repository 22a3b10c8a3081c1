"""A registry that misbehaves on purpose."""

import threading

from harness.host import Host


class StrangeRegistry(Host):
    """Has models under /v2/<name>; `tricks` decides what becomes of a request for a blob: it is
    called with the request and its number for that blob, and gives the name of a trick or None."""

    def __init__(self, models, certificates=None, tricks=None):
        super().__init__(certificates)
        self.models = models  # "me/model" and tag to RemoteModel: {"me/model:latest": model}
        self.tricks = tricks or (lambda asked, number: None)
        self.gate = threading.Event()  # what tricks wait for
        self.counts = {}

    def answer(self, handler, asked):
        path = asked.path.partition("?")[0]
        name, _, reference = path.removeprefix("/v2/").rpartition("/")
        if name.endswith("/manifests"):
            model = self.models.get(name.removesuffix("/manifests") + ":" + reference)
            trick = self.tricks(asked, 0)
            if isinstance(trick, int):
                handler.reply(trick, b"no manifest today")
            elif model is None:
                handler.reply(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
            else:
                handler.reply(200, model.manifest)
            return
        content = next((model.blobs[reference] for model in self.models.values()
                        if reference in model.blobs), None)
        if content is None:
            handler.reply(404)
            return
        with self.lock:
            number = self.counts[reference] = self.counts.get(reference, 0) + 1
        self.give(handler, asked, content, self.tricks(asked, number))

    def give(self, handler, asked, content, trick):
        first, last = asked.range or (0, len(content) - 1)
        body = content[first:last + 1]
        ranged = {"Content-Range": f"bytes {first}-{last}/{len(content)}"} if asked.range else {}
        status = 206 if asked.range else 200
        if trick is None:
            handler.reply(status, body, ranged)
        elif isinstance(trick, int):
            handler.reply(trick, b"not now", {"Retry-After": "0"} if trick == 429 else {})
        elif trick.startswith(("http://", "https://", "/")):
            handler.reply(307, b"", {"Location": trick})
        elif trick == "cut":
            handler.reply(status, body[:len(body) // 2], ranged, len(body))
            handler.drop()
        elif trick == "stall":
            handler.reply(status, body[:len(body) // 2], ranged, len(body))
            self.gate.wait(60)
            handler.drop()
        elif trick == "hold":
            handler.reply(status, body[:len(body) // 2], ranged, len(body))
            self.gate.wait(60)
            handler.put(body[len(body) // 2:])
        elif trick == "wrong":
            handler.reply(status, bytes(b ^ 255 for b in body[:16]) + body[16:], ranged)
        elif trick == "no ranges":
            handler.reply(200, content)
        elif trick == "no ranges, cut":
            handler.reply(200, content[:len(content) // 2], length=len(content))
            handler.drop()
        elif trick == "another range":
            ranged = {"Content-Range": f"bytes {first + 1}-{last}/{len(content)}"}
            handler.reply(206, body[1:], ranged)
        elif trick == "no content range":
            handler.reply(206, body)
        elif trick == "too much":
            handler.reply(status, body + b"more", ranged)
        elif trick == "gzip":
            handler.reply(status, body, ranged | {"Content-Encoding": "gzip"})
        else:
            raise ValueError(trick)

    def close(self):
        self.gate.set()
        super().close()
