"""What happened at the tests' WordPress, and what goes wrong there next (see ``control.php``)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

# What nginx itself says, byte for byte: no JSON whatever was asked for.
NGINX_PAGES = {
    403: "403 Forbidden",
    429: "429 Too Many Requests",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}


def nginx_page(status: int) -> str:
    title = NGINX_PAGES[status]
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1>"
        "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )


@dataclass(frozen=True)
class State:
    """All that is at the site, hidden rows too: `schedules` as the plugin shows rows, ids of
    `media`, and all REST `calls` in order: method, route, body (JSON), user (0 = a guest)."""

    schedules: list[dict[str, Any]]
    media: list[int]
    calls: list[dict[str, Any]]

    def calls_to(self, route: str, method: str = "POST") -> list[dict[str, Any]]:
        """The calls of a route such as ``/fs-poster/v1/composer`` that WordPress has seen."""
        return [c for c in self.calls if c["route"] == route and c["method"] == method]


@dataclass(frozen=True)
class Control:
    """`url` is the base URL of the site that works, `cache` the folder of the one in front."""

    url: str
    cache: Path = field(repr=False)

    def _ask(self, method: str, name: str, json: object = None) -> Any:
        url = f"{self.url}/wp-json/posto-test/v1/{name}"
        answer = requests.request(method, url, json=json, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def state(self) -> State:
        return State(**self._ask("GET", "state"))

    def reset(self) -> None:
        """Forget posts, media, calls, settings, faults, and what the cache keeps."""
        self._ask("POST", "reset")
        for folder in self.cache.glob("*"):
            shutil.rmtree(folder, ignore_errors=True) if folder.is_dir() else folder.unlink()

    def fault(
        self,
        route: str,
        *,
        method: str = "POST",
        times: int = 1,
        when: str = "before",
        status: int = 0,
        headers: dict[str, str] | None = None,
        body: str | None = None,
        seconds: int = 0,
    ) -> None:
        """Spoil the next `times` requests whose address holds `route` (method "" = any).

        ``when="before"``: nothing is done; ``"after"``: it is done, and the answer is lost.
        `status` is answered with nginx's own page, or with `body` as HTML. `seconds` are waited
        first; without a status the request then goes on, which at the site ``impatient`` is a
        504 at once with the work still to come (before) or done (after).
        """
        if body is None:
            body = nginx_page(status) if status in NGINX_PAGES else ""
        self._ask(
            "POST",
            "fault",
            {
                "method": method,
                "route": route,
                "times": times,
                "when": when,
                "status": status,
                "headers": headers or {},
                "body": body,
                "seconds": seconds,
            },
        )

    def plugin(self, **options: object) -> None:
        """How the plugin behaves: ``version`` "7.7" or "7.1"; ``at_once``, ``left_out`` (no row)
        and ``at_sending``: {channel id: what its error says}; ``names_group`` False: an error of
        composing stands alone; ``expired``: [channel ids]; ``planners``: {id: title, status,
        next_at, interval, channels}."""
        self._ask("POST", "plugin", options)

    def send(self) -> None:
        """Send what is due, as the site's cron would."""
        self._ask("POST", "send")

    def change_row(self, schedule_id: int, **changes: object) -> None:
        """Set columns of a row: ``status``, ``error_msg``, ``send_time``, …"""
        self._ask("POST", "row", {"id": schedule_id, "changes": changes})
