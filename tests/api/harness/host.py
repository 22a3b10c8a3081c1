"""Another host, as a test wants it: HTTP on loopback, with everything it was asked written down."""

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    method: str
    path: str
    headers: dict
    body: bytes = b""
    sent: int = 0  # bytes of the answer's body
    range: tuple | None = field(default=None)  # first, last


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # clients that go away are what many tests are about


class Host:
    """Answers by `answer(handler, asked)`; a subclass overrides it."""

    def __init__(self, certificates=None):
        host = self
        self.asked = []
        self.lock = threading.Lock()
        self.closing = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def _any(self):
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path,
                              {name.lower(): value for name, value in self.headers.items()},
                              self.rfile.read(length) if length else b"")
                wanted = asked.headers.get("range", "")
                if wanted.startswith("bytes="):
                    first, _, last = wanted[6:].partition("-")
                    asked.range = (int(first), int(last))
                with host.lock:
                    host.asked.append(asked)
                self.asked = asked
                host.answer(self, asked)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _any

            def log_message(self, *words):
                pass

            def reply(self, status, body=b"", headers=None, length=None):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                if self.command != "HEAD":
                    self.put(body)

            def put(self, body):
                for start in range(0, len(body), 65536):
                    piece = body[start:start + 65536]
                    self.wfile.write(piece)
                    with host.lock:
                        self.asked.sent += len(piece)

            def drop(self):
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if certificates is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.certificate, certificates.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                     do_handshake_on_connect=False)
            self.scheme = "https"
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, handler, asked):
        handler.reply(404)

    @property
    def name(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"{self.scheme}://{self.name}"

    def sent(self, part=""):
        """Bytes of answers to requests whose path has `part` in it."""
        with self.lock:
            return sum(asked.sent for asked in self.asked if part in asked.path)

    def requests(self, part="", method="GET"):
        with self.lock:
            return [a for a in self.asked if part in a.path and a.method == method]

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
