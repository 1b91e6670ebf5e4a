"""A message as the command line gives it, and the draft that it makes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from posto_desktop.cli.exits import not_found, usage
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.message_input import MessageInput
from posto_desktop.sdk import networks
from posto_desktop.sdk.times import parse_when
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import regular_files

__all__ = [
    "MessageInput",
    "draft_of",
    "fixed_time",
    "read_text",
    "read_texts",
    "text_key",
    "time_of",
]

MAX_BYTES = 1_000_000
"""Most bytes of a text from a file or from stdin: no network takes as much."""
_NOW = ("", "now")


def read_text(argument: str) -> tuple[str, Path | None]:
    """Return the text of an argument, and the file that it came from: `-` is stdin, the name of an
    existing .md or .txt file is that file, anything else is the text itself.

    Raises CommandError if it is not UTF-8 or too long.
    """
    if argument == "-":
        return _decoded(sys.stdin.buffer.read(MAX_BYTES + 1), "The text on stdin"), None
    path = Path(argument)
    if path.suffix.lower() in _SUFFIXES and not argument[-1:].isspace():
        if not _is_file(path):
            if len(argument.split()) > 1:
                return _without_surrogates(argument), None
            raise not_found(
                f"{argument} was not found, or is no file. To post these words as a text, give "
                "them on stdin: posto post -. Nothing was sent."
            )
        try:
            with regular_files.open_file(path) as file:
                return _decoded(file.read(MAX_BYTES + 1), path.name), path
        except OSError as error:
            why = error.strerror or "it is no file"
            raise usage(f"{path.name} cannot be read: {why}. Nothing was sent.") from None
    return _without_surrogates(argument), None


_SUFFIXES = (".md", ".markdown", ".txt")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False  # a text that is no possible name


def _decoded(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise usage(f"{name} has more than {MAX_BYTES // 1000:,} KB. Nothing was sent.")
    if b"\0" in data:
        raise usage(f"{name} is not text: it holds a NUL byte. Nothing was sent.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise usage(
            f"{name} is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}. Save it as "
            "UTF-8. Nothing was sent."
        ) from None


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise usage("The text is not UTF-8. Nothing was sent.") from None
    return text


def draft_of(message: MessageInput, workspace: str, channel_ids: Sequence[int]) -> Draft:
    """Return the draft of a message to these channels. Reads its files. Raises CommandError."""
    media: tuple[MediaRef, ...] = ()
    if message.media or message.alt:
        from posto_desktop.cli.media_arguments import media_of  # loads the decoders of pictures

        media = media_of(message.media, message.alt, message.folder, message.descriptions)
    draft = Draft(
        workspace=workspace,
        text=message.text,
        variants={text_key(name): text for name, text in message.texts.items()},
        media=media,
        channel_ids=tuple(channel_ids),
        when_text=message.when,
        link=message.link,
        first_comment=message.comment,
        style=message.style,
        title=message.title,
        labels=tuple(clean_labels(message.labels)),
        name=message.name,
        numbered=message.is_numbered,
    )
    for name, parts in message.text_threads.items():
        draft = draft.with_parts(text_key(name), (message.texts[name], *parts))
    return draft.with_parts("", (message.text, *message.thread)) if message.thread else draft


def text_key(name: str) -> str:
    """Return the key of a text for a network or `channel:ID`. Raises CommandError."""
    if name.startswith("channel:") and name.removeprefix("channel:").isdecimal():
        return name
    network = networks.find(name)
    if network is None:
        raise usage(f"{name} is no network that Posto knows. See: posto limits.")
    return network.slug


def read_texts(words: Sequence[str]) -> dict[str, str]:
    """Return the texts of `NETWORK=TEXT` words. Raises CommandError."""
    texts = {}
    for word in words:
        name, mark, text = word.partition("=")
        if not mark or not name:
            raise usage(f"--text {word} is not NETWORK=TEXT.")
        texts[name] = _without_surrogates(text)
    return texts


def time_of(words: str, now: datetime | None = None) -> datetime | None:
    """Return the time that words mean, in UTC; None for at once. Raises WhenError."""
    if words.strip().lower() in _NOW:
        return None
    return parse_when(words, now or datetime.now(UTC), local_zone()).astimezone(UTC)


def fixed_time(draft: Draft, share_at: datetime | None) -> Draft:
    """Return a draft whose time no longer moves with the clock."""
    return replace(draft, when_text=share_at.astimezone().isoformat() if share_at else "")
