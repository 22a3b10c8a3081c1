"""A proxy before a registry that lets just so many bytes of its answers through, then waits: so
that a server can be killed anywhere in a pull."""

import re
import select
import socket
import threading
from pathlib import Path

_PIECE = 16 << 10
_ASKED = re.compile(rb"GET (\S+) HTTP/1\.1\r\n(?:[^\r]+\r\n)*?Range: bytes=(\d+)-(\d+)\r\n", re.I)


class RationedProxy:
    """TCP to the port of a registry on loopback."""

    def __init__(self, port):
        self.registry = "127.0.0.1", port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.changed = threading.Condition()
        self.round, self.left, self.given = 0, 0, 0
        self.closed = False
        self.ranges = []  # of each round: (path, first, last) as they were asked for
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def name(self):
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def allow(self, count):
        """Begins a new round: what is still open from the last one ends."""
        with self.changed:
            self.round += 1
            self.left = count
            self.ranges.append([])
            self.changed.notify_all()

    def is_used_up(self):
        return self.left == 0

    def bytes_given(self):
        """Of all answers, their heads included."""
        with self.changed:
            return self.given

    def bytes_on_their_way(self):
        """Of what was given: what no client has read yet, as the kernel counts it."""
        port, count = self.listener.getsockname()[1], 0
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, here, there, _, queues = line.split()[:5]
            to_send, to_read = (int(one, 16) for one in queues.split(":"))
            count += to_send if int(here[-4:], 16) == port else 0
            count += to_read if int(there[-4:], 16) == port else 0
        return count

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # it was closed
            threading.Thread(target=self._carry, args=(client, self.round), daemon=True).start()

    def _take(self, of_round):
        """How many bytes may go next; none when the round is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.left > 0 or self.round != of_round or self.closed)
            if self.round != of_round or self.closed:
                return 0
            count = min(self.left, _PIECE)
            self.left -= count
            return count

    def _give_back(self, count, sent, of_round):
        with self.changed:
            self.given += sent
            if self.round == of_round:
                self.left += count - sent

    def _carry(self, client, of_round):
        with client, socket.create_connection(self.registry) as registry:
            try:
                while self._carry_one(client, registry, of_round):
                    pass
            except OSError:
                pass  # one of the two went away

    def _carry_one(self, client, registry, of_round):
        ready = select.select([client, registry], [], [])[0]
        if client in ready:
            asked = client.recv(65536)
            self._note(asked)
            registry.sendall(asked)
            return bool(asked)
        count = self._take(of_round)
        piece = registry.recv(count) if count else b""
        client.sendall(piece)
        self._give_back(count, len(piece), of_round)
        return bool(piece)

    def _note(self, asked):
        with self.changed:
            self.ranges[-1] += [(path.decode(), int(first), int(last))
                                for path, first, last in _ASKED.findall(asked)]

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
