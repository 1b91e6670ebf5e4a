"""nginx as packaging/server sets it up before the servers of a team."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import requests

from tests.certificates import Authority
from tests.needs import require

ROOT = Path(__file__).parents[2]
PUBLIC = "posto.example.org"


class Nginx:
    """A real nginx with the configuration of packaging/server, on free ports, with a certificate of
    its own. Ends with `stop`."""

    def __init__(self, folder: Path, *servers: int) -> None:
        """`servers` are the ports of two workspace servers."""
        program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
        require([] if program else ["nginx"])
        self.port, self.plain_port = free_port(), free_port()
        self.authority = Authority(folder / "authority.pem")
        (folder / "own.pem").write_bytes(self.authority.issue(PUBLIC, "localhost"))
        text = (ROOT / "packaging" / "server" / "nginx.conf").read_text(encoding="utf-8")
        text = re.sub(r"listen \[::\]:.*\n", "", text)
        for old, new in (
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
            ("127.0.0.1:8001", f"127.0.0.1:{servers[0]}"),
            ("127.0.0.1:8002", f"127.0.0.1:{servers[1]}"),
            (f"/etc/letsencrypt/live/{PUBLIC}/fullchain.pem", str(folder / "own.pem")),
            (f"/etc/letsencrypt/live/{PUBLIC}/privkey.pem", str(folder / "own.pem")),
        ):
            assert old in text, old
            text = text.replace(old, new)
        (folder / "posto.conf").write_text(text, encoding="utf-8")
        places = "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root; " if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
            f"events {{}}\nhttp {{ access_log off;\n{places}include {folder}/posto.conf; }}\n",
            encoding="utf-8",
        )
        command = [str(program), "-c", str(folder / "nginx.conf")]
        subprocess.run([*command, "-t", "-q"], check=True)
        self.process = subprocess.Popen(command)
        limit, pause = time.monotonic() + 60, threading.Event()
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < limit
                pause.wait(0.01)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def ask(self, session: requests.Session, path: str) -> requests.Response:
        return session.get(
            f"https://localhost:{self.port}{path}", headers={"Host": PUBLIC}, timeout=30
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
