"""Campaign messages from usable rows, and a report of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from posto_desktop.common.formats import grouped
from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import MediaKind, MediaRef, mime_of
from posto_desktop.core.importing.media_names import is_address
from posto_desktop.core.importing.row_check import CheckedRow, usable

COMMON_FROM = 3
"""Number of rows from which a warning is shown once for all of them."""


@dataclass(frozen=True)
class ImportCounts:
    """Number of rows of each kind. `without_picture` are among `warnings`."""

    ready: int = 0
    warnings: int = 0
    without_picture: int = 0
    errors: int = 0
    left_out: int = 0
    own_times: int = 0
    """Usable rows that have a time."""

    @property
    def usable(self) -> int:
        return self.ready + self.warnings

    @property
    def problems(self) -> int:
        return self.warnings + self.errors


def count(checked_rows: Iterable[CheckedRow]) -> ImportCounts:
    """Count the rows by outcome."""
    levels = {"ready": 0, "warning": 0, "error": 0, "left_out": 0}
    pictures = own = 0
    for checked in checked_rows:
        level = checked.level
        levels[level] += 1
        if level == "warning" and all(p.code == "picture" for p in checked.problems):
            pictures += not checked.pictures
        own += checked.usable and checked.when is not None
    return ImportCounts(
        levels["ready"], levels["warning"], pictures, levels["error"], levels["left_out"], own
    )


def addresses(checked_rows: Iterable[CheckedRow]) -> list[str]:
    """Return the addresses of pictures to download, each once."""
    urls = (
        name for checked in usable(checked_rows) for name in checked.pictures if is_address(name)
    )
    return list(dict.fromkeys(urls))


def messages_of(
    checked_rows: Iterable[CheckedRow], fetched: Mapping[str, str], *, own_times: bool = True
) -> list[CampaignMessage]:
    """Return a message for each usable row, in the order of the file.

    `fetched` maps addresses to files; a picture that is not in it is omitted. Without `own_times`
    the campaign's rhythm decides the times.
    """
    result = []
    for checked in usable(checked_rows):
        media = []
        for at, name in enumerate(checked.pictures):
            path = fetched.get(name, "") if is_address(name) else name
            if path:
                media.append(media_of(path, checked.alts[at] if at < len(checked.alts) else ""))
        result.append(
            CampaignMessage(
                text=checked.text,
                media=tuple(media),
                when=checked.when if own_times else None,
                link=checked.link,
                first_comment=checked.comment,
                channel_ids=checked.channel_ids,
                variants=dict(checked.variants),
                labels=checked.labels,
                threads={"": checked.further} if checked.further else {},
            )
        )
    return result


def media_of(path: str, alt: str = "") -> MediaRef:
    """Return a message's file with the facts that its name gives."""
    name = PurePath(path).name or path
    mime = mime_of(name)
    kind: MediaKind = "image"
    if mime == "image/gif":
        kind = "gif"
    elif mime.startswith("video/"):
        kind = "video"
    return MediaRef(path=path, name=name, kind=kind, alt=alt, mime=mime)


def only_warning(checked: CheckedRow) -> str:
    """Return the code of the one kind of warning that a row has; "" for none, or more than one."""
    codes = {problem.code for problem in checked.problems}
    return codes.pop() if checked.level == "warning" and len(codes) == 1 else ""


def common_warnings(checked_rows: Iterable[CheckedRow]) -> dict[str, list[CheckedRow]]:
    """Return the rows of each warning that several rows have and nothing else, by its code."""
    by_code: dict[str, list[CheckedRow]] = {}
    for checked in checked_rows:
        code = only_warning(checked)
        if code:
            by_code.setdefault(code, []).append(checked)
    return {code: rows for code, rows in by_code.items() if len(rows) >= COMMON_FROM}


def condensed_report(
    checked_rows: Sequence[CheckedRow], lost: Mapping[str, str] | None = None
) -> str:
    """Like `report`, with one line for rows that have the same warning."""
    common = common_warnings(checked_rows)
    named = {checked.row.number for rows in common.values() for checked in rows}
    words = translate("Importing", "Rows {numbers}: {sentence}. The others likewise.")
    lines = [
        words.format(
            numbers=_ranges([checked.row.number for checked in rows]),
            sentence=rows[0].problems[0].sentence,
        )
        for rows in common.values()
    ]
    rest = report((row for row in checked_rows if row.row.number not in named), lost)
    if lost:
        rest += "".join(f"\n{line}" for line in dict.fromkeys(lost.values()) if line not in rest)
    return "\n".join([*lines, rest.strip()]).strip()


def _ranges(numbers: Sequence[int]) -> str:
    """Join row numbers into ranges: 1, 2, 3, 5 become "1 to 3, 5"."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = translate("Importing", "{first} to {last}")
    return listed(
        words.format(first=grouped(first), last=grouped(last)) if first != last else grouped(first)
        for first, last in spans
    )


def report(checked_rows: Iterable[CheckedRow], lost: Mapping[str, str] | None = None) -> str:
    """Return a line for each row that is not imported, or only in part.

    `lost` maps addresses to the reason of a failed download.
    """
    lines = []
    for checked in checked_rows:
        sentences = [f"{problem.sentence}." for problem in checked.problems]
        if checked.left_out:
            sentences.insert(0, translate("Importing", "Left out."))
        elif checked.level == "error":
            sentences.insert(0, translate("Importing", "Not imported."))
        if lost and checked.usable:
            sentences += [lost[name] for name in checked.pictures if name in lost]
        if sentences:
            if checked.row.line != checked.row.number:
                words = translate("Importing", "Row {number} (line {line}): {sentences}")
            else:
                words = translate("Importing", "Row {number}: {sentences}")
            number, line = (grouped(place) for place in (checked.row.number, checked.row.line))
            lines.append(words.format(number=number, line=line, sentences=" ".join(sentences)))
    return "\n".join(lines)
