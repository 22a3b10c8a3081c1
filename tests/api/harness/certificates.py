"""A certificate authority of a test's own, and what it certifies."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


def _openssl(*words, **how):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **how)


@dataclass
class Certificates:
    ca: Path
    certificate: Path
    key: Path


def make(folder):
    """A server's certificate for 127.0.0.1 and localhost, and the authority to trust."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    ca_key, request, names = folder / "ca.key", folder / "server.csr", folder / "names"
    names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", ca_key, "-out", made.ca,
             "-days", 2, "-subj", "/CN=axllama tests",
             "-addext", "basicConstraints=critical,CA:TRUE")
    _openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", made.key, "-out", request,
             "-subj", "/CN=localhost")
    _openssl("x509", "-req", "-in", request, "-CA", made.ca, "-CAkey", ca_key, "-CAcreateserial",
             "-out", made.certificate, "-days", 2, "-extfile", names)
    return made


def sign(key, data):
    """RSA with SHA-256."""
    return _openssl("dgst", "-sha256", "-sign", key, input=data).stdout


def der(certificate):
    return _openssl("x509", "-in", certificate, "-outform", "DER").stdout


def is_signed(public_blob, signature, data, folder):
    """Whether `data` has this Ed25519 signature by a key in SSH's wire form."""
    folder = Path(folder)
    prefix = bytes.fromhex("302a300506032b6570032100")  # what DER puts before the 32 bytes
    (folder / "key.der").write_bytes(prefix + public_blob[-32:])
    (folder / "signature").write_bytes(signature)
    (folder / "data").write_bytes(data)
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey",
                           folder / "key.der", "-rawin", "-in", folder / "data", "-sigfile",
                           folder / "signature"], capture_output=True)
    return done.returncode == 0
