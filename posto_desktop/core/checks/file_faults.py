"""What can be wrong with a file for a network: codes, values, and their sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from posto_desktop.common.formats import decimal
from posto_desktop.common.translation import translate
from posto_desktop.core.checks.finding import (
    Code,
    Severity,
    listed,
    names,
    network_count,
)
from posto_desktop.core.checks.post import ChannelGroup
from posto_desktop.core.limits import FileLimits
from posto_desktop.core.media_ref import MediaRef

_TYPE_NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/heic": "HEIC",
    "image/heif": "HEIF",
    "image/avif": "AVIF",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "video/webm": "WebM",
    "video/ogg": "Ogg",
    "video/x-m4v": "M4V",
    "video/x-matroska": "MKV",
}


# The sentences about a file, for a number of networks.
_SENTENCES: dict[str, Callable[[int], str]] = {
    "gif": lambda count: translate(
        "Checks", "{file} is a GIF; {networks} (allows/allow) none.", "", count
    ),
    "converted": lambda _count: translate(
        "Checks", "{file} is {type}: it becomes {other} for {networks}."
    ),
    "converted_unknown": lambda _count: translate(
        "Checks", "{file} is of an unknown type: it becomes {other} for {networks}."
    ),
    "shrunk": lambda _count: translate(
        "Checks", "{file} is {size}: Posto shrinks it to {most} for {networks}."
    ),
    "wide": lambda _count: translate(
        "Checks", "{file} is too wide for {networks}. Crop to {ratio} or narrower."
    ),
    "tall": lambda _count: translate(
        "Checks", "{file} is too tall for {networks}. Crop to {ratio} or wider."
    ),
    "tall_unknown": lambda _count: translate(
        "Checks", "{file} is too tall for {networks}. Crop it."
    ),
    "small": lambda count: translate(
        "Checks", "{file} is {size}; {networks} (allows/allow) {least} pixels or more.", "", count
    ),
    "narrow": lambda count: translate(
        "Checks",
        "{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.",
        "",
        count,
    ),
    "large": lambda count: translate(
        "Checks", "{file} is {size}; {networks} (allows/allow) up to {most}.", "", count
    ),
    "large_width": lambda count: translate(
        "Checks",
        "{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.",
        "",
        count,
    ),
    "large_height": lambda count: translate(
        "Checks",
        "{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.",
        "",
        count,
    ),
    "type": lambda count: translate(
        "Checks", "{file} is {type}; {networks} (allows/allow) {types}.", "", count
    ),
    "long": lambda count: translate(
        "Checks", "{file} lasts {length}; {networks} (allows/allow) up to {most}.", "", count
    ),
    "codec": lambda count: translate(
        "Checks", "{file} is encoded as {type}; {networks} (allows/allow) {types}.", "", count
    ),
    "sound": lambda count: translate(
        "Checks", "The sound of {file} is {type}; {networks} (allows/allow) {types}.", "", count
    ),
    "fast": lambda count: translate(
        "Checks",
        "{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.",
        "",
        count,
    ),
    "slow": lambda count: translate(
        "Checks",
        "{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.",
        "",
        count,
    ),
    "dense": lambda count: translate(
        "Checks",
        "{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.",
        "",
        count,
    ),
    "index": lambda _count: translate(
        "Checks", "{file} has its index at the end; {networks} may refuse it."
    ),
    "hdr": lambda _count: translate(
        "Checks", "{file} is HDR: {networks} may show its colours pale or too dark."
    ),
    "remuxed": lambda _count: translate(
        "Checks", "{file} is written anew as MP4 for {networks}, without a loss of quality."
    ),
    "encoded": lambda _count: translate(
        "Checks", "{file} is encoded anew for {networks}: {pixels}, about {size}."
    ),
    "hdr_mapped": lambda _count: translate(
        "Checks", "{file} is HDR: for {networks} it gets the colours of ordinary screens."
    ),
    "brief": lambda count: translate(
        "Checks", "{file} lasts {length}; {networks} (allows/allow) {least} or more.", "", count
    ),
}


@dataclass(frozen=True)
class FileValue:
    """A value in a sentence, which becomes text when it is shown."""

    name: str
    text: Callable[..., str]
    values: tuple[object, ...]


@dataclass(frozen=True)
class FileFault:
    """A property of a file and a network's reaction; equal ones of several networks merge.

    `words` is a key of `_SENTENCES`."""

    severity: Severity
    code: Code
    words: str
    values: tuple[FileValue, ...] = ()
    fix: str = ""

    def sentence(self, ref: MediaRef, groups: Sequence[ChannelGroup]) -> str:
        values = {value.name: value.text(*value.values) for value in self.values}
        words = _SENTENCES[self.words](network_count(groups))
        return words.format(file=ref.name, networks=names(groups), **values)


def shape_fault(severity: Severity, limits: FileLimits, ratio: float, fix: str = "") -> FileFault:
    """Return the finding for a ratio (width / height) outside the limits."""
    low, high = limits.aspect_min, limits.aspect_max
    if high is not None and ratio > high:
        return FileFault(severity, "file_shape", "wide", (text_value("ratio", _ratio(high)),), fix)
    if low is None:
        return FileFault(severity, "file_shape", "tall_unknown", fix=fix)
    return FileFault(severity, "file_shape", "tall", (text_value("ratio", _ratio(low)),), fix)


def text_value(name: str, text: str) -> FileValue:
    return FileValue(name, str, (text,))


def pixels_value(name: str, width: int, height: int) -> FileValue:
    return text_value(name, f"{width}×{height}")


def least_value(limits: FileLimits) -> FileValue:
    return pixels_value("least", limits.min_width or 1, limits.min_height or 1)


def size_values(size: int, most: int) -> tuple[FileValue, FileValue]:
    """Return the size of a file and the largest that is allowed."""
    return FileValue("size", size_text, (size, most)), FileValue("most", _most_size, (most, size))


def _ratio(value: float) -> str:
    for wide, high in ((1, 1), (4, 5), (3, 4), (2, 3), (9, 16), (16, 9), (4, 3), (3, 2)):
        if abs(value - wide / high) < 0.005:
            return f"{wide}:{high}"
    if value < 1:
        return f"1:{1 / value:.3g}"
    return f"{value:.3g}:1"


def type_names(*mimes: str) -> str:
    return listed([type_name(mime) for mime in mimes])


def type_name(mime: str) -> str:
    return _TYPE_NAMES.get(mime) or mime.rsplit("/", 1)[-1].upper()


def _unit(most: int) -> int:
    """Return what the network takes for a megabyte."""
    return 1_000_000 if most % 1_000_000 == 0 else 1_048_576


def _digits(size: int, most: int) -> int | None:
    """Return how many decimals a size in megabytes needs to differ from its limit; None for more
    than are shown."""
    unit = _unit(most)
    return next((digits for digits in (1, 2, 3) if round(size / unit, digits) > most / unit), None)


def size_text(size: int, most: int) -> str:
    digits = _digits(size, most)
    return _bytes(size) if digits is None else _megabytes(decimal(size / _unit(most), digits))


def _most_size(most: int, size: int) -> str:
    unit = _unit(most)
    if _digits(size, most) is None:
        return _bytes(most)
    if most >= unit:
        return _megabytes(_plain(most / unit))
    return translate("Sizes", "{number} kB").format(number=_plain(most / 1000))


def _megabytes(text: str) -> str:
    return translate("Sizes", "{number} MB").format(number=text)


def _bytes(count: int) -> str:
    return translate("Sizes", "%Ln byte(s)", "", count)


def _plain(value: float) -> str:
    """Return a number with as few decimals as it needs, at most three."""
    digits = next((digits for digits in (0, 1, 2) if round(value, digits) == value), 3)
    return decimal(value, digits)


def length_text(seconds: float) -> str:
    whole = round(seconds)
    hours, within_hour = divmod(whole, 3600)
    minutes, seconds_left = divmod(within_hour, 60)
    if hours:
        time = f"{hours}:{minutes:02}:{seconds_left:02}"
        return translate("Sizes", "{time} h", "hours, minutes and seconds").format(time=time)
    if minutes:
        time = f"{minutes}:{seconds_left:02}"
        return translate("Sizes", "{time} min", "minutes and seconds").format(time=time)
    return seconds_text(whole)


def seconds_text(seconds: float, digits: int | None = None) -> str:
    text = _plain(seconds) if digits is None else decimal(seconds, digits)
    return translate("Sizes", "{number} s", "seconds").format(number=text)
