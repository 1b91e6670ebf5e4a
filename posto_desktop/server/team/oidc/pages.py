"""The pages that a browser shows while somebody signs in: plain HTML without scripts."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from posto_desktop.server.web import Response

__all__ = ["page", "redirect"]

_STYLE: Final = (
    ":root{color-scheme:light dark;--ink:#1d2430;--soft:#5a6474;--ground:#f4f5f7;--card:#fff;"
    "--line:#d4d9e0;--main:#1f5fbf;--on-main:#fff}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8ebf0;--soft:#a8b1bf;--ground:#14171c;"
    "--card:#1e232b;--line:#3a424e;--main:#8ab8ff;--on-main:#0b1a30}}"
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;"
    "background:var(--ground);color:var(--ink);"
    "font:1rem/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}"
    "main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);"
    "border-radius:.75rem;padding:2rem;overflow-wrap:anywhere}"
    "h1{font-size:1.35rem;line-height:1.3;margin:0 0 .75rem}p{margin:.75rem 0}"
    ".soft{color:var(--soft);font-size:.9rem}"
    "form{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0 1rem}"
    "button{font:inherit;font-weight:600;padding:.6rem 1.25rem;border-radius:.5rem;cursor:pointer;"
    "border:1px solid var(--line);background:transparent;color:inherit;min-height:2.75rem}"
    "button.main{background:var(--main);border-color:var(--main);color:var(--on-main)}"
    "a{color:var(--main)}code{font-size:1.1rem;user-select:all}"
    "button:focus-visible,a:focus-visible{outline:3px solid var(--main);outline-offset:2px}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def page(
    title: str,
    body: Iterable[str],
    *,
    status: int = 200,
    forms_to: Iterable[str] = (),
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """Return a page. `body` is HTML; `forms_to` are addresses, beside this server, to which a form
    of it may lead, also by a redirect."""
    goals = " ".join(["'self'", *filter(None, map(_source_of, forms_to))])
    document = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>"
        f"<main><h1>{html.escape(title)}</h1>{''.join(body)}</main></html>"
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action {goals};"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    return Response(
        document.encode(),
        status,
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
            # With no-referrer browsers would send the form without its origin.
            ("Referrer-Policy", "same-origin"),
            *headers,
        ],
    )


def redirect(address: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Return an answer that has the browser go on by GET."""
    return Response(b"", 303, [("Location", address), *headers])


def _source_of(address: str) -> str:
    """Return an address as a source of a Content-Security-Policy."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:" if parts.scheme else ""
