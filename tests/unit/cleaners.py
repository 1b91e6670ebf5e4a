"""The program's functions that clean outside texts, for `growth`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from posto_desktop.common.markup import unescaped
from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core import snippets
from posto_desktop.core.checks import service
from posto_desktop.core.export.csv_file import defused
from posto_desktop.core.importing import (
    clipboard_table,
    csv_table,
    html_parts,
    json_table,
    media_names,
)
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.limits import limits_for
from posto_desktop.core.page_text import page_text
from posto_desktop.core.private_names import Owner
from posto_desktop.core.published_text import as_published
from posto_desktop.formats import icalendar, page_card
from posto_desktop.sdk import (
    answers,
    counting,
    networks,
    redact,
    site_texts,
    style_parts,
    templates,
    text_alterations,
)
from posto_desktop.sdk.times import parse_when
from posto_desktop.sdk.utm import tag_text, tag_url
from posto_desktop.server import text as server_text
from posto_desktop.ui.shared.text_entities import LONGEST_COLOURED, find_entities
from posto_desktop.workers import media_import, problem_report

Cleaner = Callable[[str], object]

TEXTS: tuple[tuple[str, str], ...] = (
    ("", "<script>"), ("", "<script "), ("", "</script"), ("", "<style></style"), ("", "<title>"),
    ("", "</title "), ("", "<"), ("", "<b>"), ("", "<div><ul><li><table><tr><td>"), ("", "<!--"),
    ("<a ", "a='"), ("", "<a href=\""), ("", "<img src=x"), ("", "&"), ("", "&#9999999"),
    ("&#", "9"), ("", "&lt;"), ("", "{"), ("", "{a|"), ("{a", " "), ("", "{post_title}"), ("", " "),
    ("", "\n"), ("", " \n"), ("", "\t"), ("", "a"), ("", "a@"), ("", "a@a."), ("", "a."),
    ("http://", "a."), ("", "http://a.de/?a=b&"), ("", "http://"), ("", "#a"), ("", "@a@"),
    ("", "/a"), ("", "in /a/"), ("", "C:\\Users\\"), ("", "\\"), ("", '"'), ("", '",'), ("", "["),
    ("", '{"a":'), ("", "[1,"), ("", "a1-"), ("", "password="), ("", "basic "), ("", "é"),
    ("", "e\u0301"), ("", "👩\u200d"), ("", "🇩🇪"), ("", "=1+1;"), ("", "\ud800"), ("", "\0"),
)  # fmt: skip
"""Beginnings, and what comes again and again after them."""


def _error(text: str) -> object:
    return answers.error_of({"error_msg": [text, {"a": text}]})


def _json(text: str) -> object:
    with contextlib.suppress(answers.UnreadableAnswer):
        return answers.read_json(text)
    return None


def _when(text: str) -> object:
    with contextlib.suppress(ValueError):
        return parse_when(text, now=datetime(2026, 1, 1, tzinfo=UTC), tz="UTC")
    return None


def _rows(text: str) -> object:
    with contextlib.suppress(ImportProblem):
        return json_table.read(text)
    return None


def _prepared(text: str) -> object:
    def first(parts: Sequence[str]) -> str:
        return parts[0]

    return server_text.prepare(text, {"post_title": "a"}, collapse=True, choose=first)


def _marks(text: str) -> object:
    return find_entities(text[:LONGEST_COLOURED])


def cleaners() -> Iterator[tuple[str, Cleaner]]:
    """Names and functions."""
    owner = Owner("/home/jane", ("jane",), ("desk-of-jane",))
    pairs = (("utm_source", "a"),)
    x, mastodon = networks.find("x"), networks.find("mastodon")
    assert x is not None
    assert mastodon is not None
    yield from {
        "answers.plain_text": answers.plain_text,
        "answers.safe_message": answers.safe_message,
        "answers.page_title": answers.page_title,
        "unescaped": unescaped,
        "answers.looks_like_html": answers.looks_like_html,
        "answers.error_of": _error,
        "answers.read_json": _json,
        "redact.Redactor": redact.Redactor(["secret-word"]),
        "redact.bare_url": redact.bare_url,
        "report.Cleaner": problem_report.ReportRedactor(
            ["secret-word"], ["posto.example"], {}, owner
        ),
        "page_card.parse_text": lambda text: page_card.parse_text(text, "https://a.example/"),
        "markup.parts": lambda text: sum(1 for _one in html_parts.parts(text)),
        "pasted.html_rows": lambda text: clipboard_table.html_rows("<table><tr><td>" + text),
        "page_text": page_text,
        "site_texts.excerpt_text": site_texts.excerpt_text,
        "delimited.detect": csv_table.detect,
        "delimited.parse": lambda text: csv_table.parse(text, ";"),
        "objects.read": _rows,
        "naming.names_in": lambda text: media_names.names_in(
            text, lambda _name: media_names.PictureLookup("", "")
        ),
        "intake.picture_sources": media_import.picture_sources,
        "templates.tokens": templates.tokens,
        "templates.tidy": templates.tidy,
        "templates.hashtags": templates.hashtags,
        "templates.expand": lambda text: templates.expand(text, {"post_title": "a"}, strict=False),
        "altered.alterations": lambda text: text_alterations.alterations(text, x),
        "service.tag": service.tag,
        "service.choice": service.choice,
        "service.variable": service.variable,
        "service.entity": service.entity,
        "served": lambda text: as_published(text, limits_for("telegram")),
        "server.text.prepare": _prepared,
        "style_parts.tags_in": style_parts.tags_in,
        "snippets.tags": snippets.tags,
        "counting.count x": lambda text: counting.count(text, x),
        "counting.count mastodon": lambda text: counting.count(text, mastodon),
        "counting.find_urls": counting.find_urls,
        "utm.tag_text": lambda text: tag_text(text, pairs),
        "utm.tag_url": lambda text: tag_url("https://a.example/?" + text, pairs),
        "csv_file.defused": defused,
        "icalendar.escape": icalendar.escape,
        "halves.mended": replace_lone_surrogates,
        "text_marks.marks": _marks,
        "times.parse_when": _when,
    }.items()


def repeated(start: str, piece: str, length: int) -> str:
    """A text of about that length."""
    return start + piece * (length // len(piece)) + "!"


def texts() -> list[partial[str]]:
    """Makers of texts by their length."""
    return [partial(repeated, start, piece) for start, piece in TEXTS]


def main() -> int:
    """Print seconds for 1 and 10 million characters of the text that takes each one the longest."""
    for name, run in cleaners():
        slowest = max(texts(), key=lambda text: _seconds(run, text(50_000)))
        taken = [_seconds(run, slowest(size)) for size in (1_000_000, 10_000_000)]
        words = "  ".join(f"{seconds:8.3f} s" for seconds in taken)
        print(f"{name:28} {words}   {slowest.args[1]!r}", flush=True)
    return 0


def _seconds(run: Cleaner, text: str) -> float:
    from tests.unit.growth import seconds

    return seconds(run, text, 1)


if __name__ == "__main__":
    sys.exit(main())
