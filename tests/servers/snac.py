"""snac2, a small real server with the Mastodon API (Debian package snac2)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.servers.running import reserved_port

PROGRAM = shutil.which("snac")
_pause = threading.Event()  # never set: between two looks whether the server answers


def lists_posts(method: str, path: str) -> bool:
    """Whether a request asks for the posts of an account, as a look-up does."""
    return method == "GET" and (path.startswith("/api/v1/timelines/home") or "/statuses?" in path)


class Snac:
    """A server with one user, `alice`. It refuses to run as root, so it runs as nobody there."""

    def __init__(self) -> None:
        assert PROGRAM is not None
        self.folder = Path(tempfile.mkdtemp(prefix="posto-snac-"))
        self.folder.chmod(0o755)
        self._as = {"user": 65534, "group": 65534, "extra_groups": ()} if os.geteuid() == 0 else {}
        if self._as:
            os.chown(self.folder, 65534, 65534)
        self._reserved = contextlib.ExitStack()
        self.port = self._reserved.enter_context(reserved_port())
        self.url = f"http://localhost:{self.port}"
        data = self.folder / "data"
        self._run("init", str(data), answers=f"127.0.0.1\n{self.port}\nlocalhost:{self.port}\n\n\n")
        config = data / "server.json"
        known = json.loads(config.read_text())
        known |= {"protocol": "http", "num_threads": 16}
        config.write_text(json.dumps(known))
        output = self._run("adduser", str(data), "alice", answers="alice\n")
        match = re.search(r"password is (\S+)", output)
        assert match, output
        self.password = match[1]
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(PROGRAM), "httpd", str(self._data)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            **self._as,
        )
        limit = time.monotonic() + 60
        while True:
            try:
                if requests.get(f"{self.url}/api/v1/instance", timeout=10).ok:
                    return
            except requests.RequestException:
                assert time.monotonic() < limit, "snac does not start"
                _pause.wait(0.02)

    def stop(self) -> None:
        """At once: asked to end, it would go on delivering posts for a while."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        self._reserved.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def allow(self, address: str) -> str:
        """Do in its pages what a person does who opens `address`: sign in and allow it. Returns
        the address that the browser is sent back to."""
        query = parse_qs(urlsplit(address).query)
        page = requests.get(address, timeout=30)
        assert page.ok, page.text
        form = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', page.text))
        form |= {name: query[name][0] for name in ("redirect_uri", "state") if name in query}
        form |= {"login": "alice", "passwd": self.password}
        answer = requests.post(
            f"{self.url}/oauth/x-snac-login", data=form, allow_redirects=False, timeout=30
        )
        assert answer.status_code in (302, 303), (answer.status_code, answer.text)
        return answer.headers["Location"]

    def token(self) -> str:
        """A token as another program would have one."""
        redirect = "http://127.0.0.1:1/callback"
        app = requests.post(
            f"{self.url}/api/v1/apps",
            data={"client_name": "test", "redirect_uris": redirect, "scopes": "read write"},
            timeout=30,
        ).json()
        back = self.allow(
            f"{self.url}/oauth/authorize?response_type=code&client_id={app['client_id']}"
            f"&redirect_uri={redirect}&scope=read+write&state=x"
        )
        code = parse_qs(urlsplit(back).query)["code"][0]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": redirect,
        }
        answer = requests.post(f"{self.url}/oauth/token", data=form, timeout=30)
        return str(answer.json()["access_token"])

    def revoke(self, token: str) -> None:
        """Take a token away, as its owner does on the server itself."""
        for path in (self._data / "token").glob(f"{token}*"):
            path.unlink()

    def posts(self, token: str) -> list[dict[str, Any]]:
        """What alice has published for all to see, newest first."""
        headers = {"Authorization": f"Bearer {token}"}
        me = requests.get(
            f"{self.url}/api/v1/accounts/verify_credentials", headers=headers, timeout=30
        ).json()
        answer = requests.get(
            f"{self.url}/api/v1/accounts/{me['id']}/statuses?limit=40", headers=headers, timeout=30
        )
        items: list[dict[str, Any]] = answer.json()
        return items

    def stored(self) -> list[dict[str, Any]]:
        """All that alice has published, read from the server's own files."""
        items = []
        for path in (self._data / "user" / "alice" / "public").glob("*.json"):
            items.append(json.loads(path.read_text("utf-8")))
        return items

    def _run(self, *words: str, answers: str) -> str:
        done = subprocess.run(
            [str(PROGRAM), *words],
            input=answers.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
            **self._as,
        )
        return done.stdout.decode("utf-8", "replace")
