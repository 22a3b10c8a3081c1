"""Requests that no HTTP library would send."""

import socket

from harness.wait import PATIENCE


def connect(server, seconds=30):
    return socket.create_connection(("127.0.0.1", server.port), timeout=seconds * PATIENCE)


def read_response(connection):
    """Status line, headers and body of an answer with Content-Length, or up to the close."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data.decode(errors="replace"), {}, ""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    never_has_one = status.split()[1] in ("204", "304")
    length = 0 if never_has_one else int(headers.get("content-length", 1 << 60))
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return status, headers, body.decode()


def send_raw(server, data):
    """Sends bytes as they are and reads one answer."""
    with connect(server) as connection:
        connection.sendall(data)
        return read_response(connection)


def send_request(server, method, path, headers=None, body=b""):
    """A well-formed request with exactly these headers, Host only if given."""
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return send_raw(server, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)
