"""Debian's docker-registry with TLS, and a server that gives tokens for it."""

import base64
import json
import secrets
import shutil
import ssl
import subprocess
import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

from harness import certificates
from harness.host import Host
from harness.server import free_port
from harness.wait import until

PROGRAM = shutil.which("docker-registry") or shutil.which("registry")


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenServer(Host):
    """Gives everybody what is asked for, as Docker's token servers do, and keeps who asked."""

    def __init__(self, made, service):
        super().__init__(made)
        self.made, self.service = made, service
        self.given = 0

    def answer(self, handler, asked):
        query = parse_qs(urlsplit(asked.path).query)
        access = []
        for scope in query.get("scope", []):
            if scope:
                kind, name, actions = scope.split(":")
                access.append({"type": kind, "name": name, "actions": actions.split(",")})
        now = int(time.time())
        claims = {"iss": "axllama tests", "sub": "me", "aud": query["service"][0], "nbf": now - 60,
                  "iat": now, "exp": now + 300, "jti": secrets.token_hex(8), "access": access}
        chain = [base64.b64encode(certificates.der(self.made.certificate)).decode()]
        head = {"typ": "JWT", "alg": "RS256", "x5c": chain}
        text = ".".join(_base64url(json.dumps(part).encode()) for part in (head, claims))
        token = text + "." + _base64url(certificates.sign(self.made.key, text.encode()))
        self.given += 1
        handler.reply(200, json.dumps({"token": token}).encode())


class DockerRegistry:
    """`made`: certificates, or nothing for plain http."""

    def __init__(self, folder, made=None, token_server=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.made = made
        self.config = folder / "config.json"  # which is YAML, too
        self.log = folder / "registry.log"
        config = {
            "version": "0.1", "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
            "http": {"addr": f"127.0.0.1:{self.port}", "secret": "a secret of the tests"},
        }
        if made is not None:
            config["http"]["tls"] = {"certificate": str(made.certificate), "key": str(made.key)}
        if token_server is not None:
            config["auth"] = {"token": {
                "realm": f"{token_server.url}/token", "service": token_server.service,
                "issuer": "axllama tests", "rootcertbundle": str(made.ca)}}
        self.config.write_text(json.dumps(config))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", str(self.config)], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL)
        until(self._answers, "the registry answers", 20)

    @property
    def name(self):
        return f"127.0.0.1:{self.port}"

    def _answers(self):
        assert self.process.poll() is None, self.log.read_text()
        context = ssl.create_default_context(cafile=self.made and str(self.made.ca))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPSHandler(context=context))
        scheme = "https" if self.made else "http"
        try:
            return opener.open(f"{scheme}://{self.name}/v2/", timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False

    def close(self):
        self.process.terminate()
        self.process.wait(10)
