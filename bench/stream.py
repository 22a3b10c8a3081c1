"""One streamed answer over a bare socket: when each piece arrived, at the least cost to us."""

import json
import socket
import time


class Stream:
    """A POST that is answered by lines of JSON, or by `data:` lines. Times are in seconds."""

    def __init__(self, port, path, body):
        self.arrivals = []  # of each line, since the request was sent
        self.last = {}      # the last object that is one
        data = json.dumps(body).encode()
        head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._begin = time.perf_counter()
            connection.sendall(head.encode() + data)
            self._read(connection)

    def _read(self, connection):
        text, objects = b"", []
        while piece := connection.recv(1 << 16):
            now = time.perf_counter() - self._begin
            text += piece
            *lines, text = text.split(b"\n")
            for line in lines:
                at = line.find(b"{")
                if at >= 0:
                    self.arrivals.append(now)
                    objects.append(line[at:])
        assert self.arrivals, text
        self.last = json.loads(objects[-1])

    @property
    def first(self):
        return self.arrivals[0]

    @property
    def gaps(self):
        return [b - a for a, b in zip(self.arrivals, self.arrivals[1:])]
