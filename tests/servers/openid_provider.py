"""A real OpenID provider, oidc-provider, with people who sign in by its own form."""

from __future__ import annotations

import contextlib
import html
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.install import folder, node
from tests.servers.running import HOST, running

NEEDED = ("node", "openid")
CLIENT, SECRET = "posto-server", "secret of the client"


@dataclass(frozen=True)
class OpenIdProvider:
    url: str

    def sign_in(self, session: requests.Session, page: str, name: str) -> requests.Response:
        """Open the provider's page in a browser, sign in and agree, as far as it asks. Return the
        page at which the browser arrives in the end."""
        answer = session.get(page, timeout=30)
        for _ in range(4):
            if not answer.url.startswith(self.url):
                break
            form = {}
            for field in re.findall(r'<input type="hidden"[^>]*>', answer.text):
                key, value = (re.search(rf'{part}="([^"]*)"', field) for part in ("name", "value"))
                if key and value:
                    form[key.group(1)] = html.unescape(value.group(1))
            if 'name="password"' in answer.text:
                form |= {"login": name, "password": "any"}
            action = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert action, answer.text
            goal = urljoin(answer.url, html.unescape(action.group(1)))
            answer = session.post(goal, data=form, timeout=30)
        return answer


@contextlib.contextmanager
def running_provider(port: int, redirect_uri: str) -> Iterator[OpenIdProvider]:
    """The provider on a reserved port, with one client."""
    with tempfile.TemporaryDirectory(prefix="posto-openid-") as place:
        key = rsa.generate_private_key(65537, 2048)
        made = jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
        keys = {"keys": [{**made, "kid": "of-a-test", "use": "sig", "alg": "RS256"}]}
        Path(place, "keys.json").write_text(json.dumps(keys))
        script = Path(__file__).parent / "openid" / "run.js"
        url = f"http://{HOST}:{port}"
        with running(
            [node() / "bin" / "node", script, str(port), CLIENT, SECRET, redirect_uri],
            f"{url}/.well-known/openid-configuration",
            folder=Path(place),
            NODE_PATH=str(folder("openid") / "node_modules"),
        ):
            yield OpenIdProvider(url)
