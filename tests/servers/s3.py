"""A real S3-compatible server that checks signatures: `rclone serve s3` over a folder."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.end2end.waiting import wait_for
from tests.servers.install import python
from tests.servers.running import HOST, LOG, started

NEEDED = ("rclone",)
BUCKET = "posto"
KEY_ID, SECRET = "AKPOSTOTEST", "a secret that nothing may show"
_READY = re.compile(rf"Starting s3 server on \[http://{re.escape(HOST)}:(\d+)/\]")


@dataclass(frozen=True)
class S3Server:
    """`folder` has the bucket as a folder, and contents in it as files."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def file(self, key: str) -> Path:
        return self.folder / BUCKET / key


@contextlib.contextmanager
def running_s3() -> Iterator[S3Server]:
    """A server with an empty bucket, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="posto-s3-") as name:
        folder, log = Path(name) / "buckets", Path(name) / LOG
        (folder / BUCKET).mkdir(parents=True)
        command = [python("rclone").with_name("rclone"), "serve", "s3", folder]
        environment = {"RCLONE_AUTH_KEY": f'"{KEY_ID},{SECRET}"', "RCLONE_CONFIG": f"{name}/none"}
        with started([*command, "--addr", f"{HOST}:0"], folder=Path(name), **environment):
            ready = wait_for(
                lambda: _READY.search(log.read_text()), "rclone", timeout=20, explain=log.read_text
            )
            yield S3Server(int(ready[1]), folder)
