"""A registry that gives just so many bytes, then waits: so that a server can be killed anywhere."""

import threading

from harness.host import Host

_PIECE = 16 << 10


class RationedRegistry(Host):
    def __init__(self, name, model):
        super().__init__()
        self.name_of_model, self.model = name, model
        self.changed = threading.Condition()
        self.left = 0
        self.round = 0
        self.given = []  # (first, end) of what was sent of the first layer, as it was sent

    def allow(self, count):
        """Begins a new round: what is still open from the last one ends."""
        with self.changed:
            self.round += 1
            self.left = count
            self.changed.notify_all()

    def is_used_up(self):
        return self.left < _PIECE

    def _take(self, count, of_round):
        with self.changed:
            self.changed.wait_for(lambda: self.left >= count or self.round != of_round
                                  or self.closing.is_set())
            if self.round != of_round or self.closing.is_set():
                return False
            self.left -= count
            return True

    def answer(self, handler, asked):
        kind, reference = asked.path.rsplit("/", 2)[1:]
        if kind == "manifests":
            handler.reply(200, self.model.manifest)
            return
        content = self.model.blobs[reference]
        first, last = asked.range or (0, len(content) - 1)
        ranged = {"Content-Range": f"bytes {first}-{last}/{len(content)}"} if asked.range else {}
        handler.reply(206 if asked.range else 200, b"", ranged, last + 1 - first)
        of_round = self.round
        for start in range(first, last + 1, _PIECE):
            end = min(start + _PIECE, last + 1)
            if not self._take(end - start, of_round):
                handler.close_connection = True
                return
            handler.put(content[start:end])
            if reference == self.model.first:
                with self.changed:
                    self.given.append((start, end))

    def bytes_given(self):
        with self.changed:
            return sum(end - start for start, end in self.given)

    def close(self):
        with self.changed:
            self.closing.set()
            self.changed.notify_all()
        super().close()
