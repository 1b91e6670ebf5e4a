"""What is wrong with a file: a code and values, whose sentence is made where it is shown.

The helper process that reads pictures has no translator; it answers with the code. What is stored
is English, as `common.sentences` recognises it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.common import formats
from posto_desktop.common.formats import Formats
from posto_desktop.common.translation import Translator, english, translatable, translate

__all__ = ["CODES", "FileError", "FileProblem", "megapixels"]

_TEXTS: Mapping[str, str] = {
    "folder": translatable("Files", "{file} is a folder."),
    "no_file": translatable("Files", "{file} is not a file that can be posted."),
    "empty": translatable("Files", "{file} is empty (0 bytes)."),
    "missing": translatable("Files", "{file} was not found."),
    "denied": translatable("Files", "{file} cannot be read: access denied."),
    "name": translatable("Files", "{file} cannot be read: its name cannot be used."),
    "unreadable": translatable("Files", "{file} cannot be read: {reason}."),
    "unopened": translatable("Files", "{file} cannot be opened right now: {reason}."),
    "unprepared": translatable("Files", "{file} could not be prepared: {reason}."),
    "changed": translatable("Files", "{file} changed while Posto prepared it. Try again."),
    "no_media": translatable("Files", "{file} is not a picture or video that Posto can post."),
    "scans": translatable(
        "Files",
        "{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary "
        "JPEG or remove it.",
    ),
    "pixels": translatable(
        "Files",
        "{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or "
        "remove it.",
    ),
    "damaged": translatable("Files", "{file} is damaged: it cannot be opened as a picture."),
    "cut_off": translatable("Files", "{file} is incomplete: its end is missing. Copy it again."),
    "memory": translatable("Files", "{file} needs too much memory. Make it smaller or remove it."),
    "slow": translatable(
        "Files",
        "{file} takes too long to open. Save it again with a picture program or remove it.",
    ),
    "killed": translatable(
        "Files",
        "{file} could not be opened: the computer stopped the program that opens pictures. Its "
        "memory may be full. Close other programs, then try again.",
    ),
    "decoder": translatable(
        "Files",
        "{file} cannot be opened: this installation of Posto cannot read such pictures. Install "
        "what is missing: {command}",
    ),
    "play": translatable("Files", "{file} is too large to play here."),
    "edit_pixels": translatable(
        "Files",
        "{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller "
        "first.",
    ),
    "frame_pixels": translatable(
        "Files", "{file} has frames of {size} pixels, too large to edit here."
    ),
    "frames": english(
        "Files", "{file} has %Ln frame(s) of {size} pixels, too many to edit here.", "", -1
    ),
    "animated": translatable(
        "Files", "{file} cannot stay animated within {number} MB. Choose a still picture."
    ),
    "small": translatable("Files", "{file} cannot be made as small as {number} MB."),
    "video_tools": translatable(
        "Files",
        "{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in "
        "Settings, Writing.",
    ),
    "video_encoder": translatable(
        "Files",
        "{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one "
        "in Settings, Writing.",
    ),
    "video_failed": translatable("Files", "{file} could not be converted: {reason}."),
    "video_silent": translatable(
        "Files", "{file} could not be converted: ffmpeg stopped working on it. Try again."
    ),
    "video_result": translatable(
        "Files",
        "{file} could not be converted: the result is not what was asked for. It may be damaged.",
    ),
    "room": translatable(
        "Files",
        "{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then "
        "try again.",
    ),
    "full": translatable(
        "Files", "{file} could not be converted: the disk is full. Make room, then try again."
    ),
    "mark": translatable("Files", "The watermark cannot be used. {reason}"),
    "mark_of_style": translatable(
        "Files", "The watermark of the style “{style}” cannot be used. {reason}"
    ),
    "mark_kind": translatable("Files", "{file} is no picture."),
    "mark_damaged": translatable("Files", "{file} is damaged."),
    "mark_bytes": translatable("Files", "{file} is {number} MB; a watermark may have {most}."),
    "mark_pixels": translatable(
        "Files", "{file} has {count} megapixels; a watermark may have {most}."
    ),
}
CODES = frozenset(_TEXTS)
_DECIMALS = {"animated": 1, "small": 2, "room": 0}
_ENGLISH = Formats()


@dataclass(frozen=True)
class FileProblem:
    """`values` are those of the sentence of `code`: numbers, texts, and problems ("reason");
    "frames" is how many there are."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, **values: object) -> FileProblem:
        return cls(code, values)

    @property
    def sentence(self) -> str:
        """The sentence in the user's language."""
        return self._words(translate, formats.current())

    @property
    def english(self) -> str:
        """The sentence as it is stored."""
        return self._words(english, _ENGLISH)

    def _words(self, translator: Translator, formats: Formats) -> str:
        def shown(name: str, value: object) -> object:
            if isinstance(value, FileProblem):
                return value._words(translator, formats)
            if name == "kind":
                return translator("PictureKinds", str(value), "", -1)
            if isinstance(value, float):
                return formats.decimal(value, _DECIMALS.get(self.code, 1))
            return formats.grouped(value) if isinstance(value, int) else value

        text = translator("Files", _TEXTS[self.code], "", int(self.values.get("frames", -1)))
        return text.format(**{name: shown(name, value) for name, value in self.values.items()})

    def to_json(self) -> dict[str, Any]:
        values = {
            name: value.to_json() if isinstance(value, FileProblem) else value
            for name, value in self.values.items()
        }
        return {"code": self.code, "values": values}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileProblem:
        """Raises ValueError for an unknown code."""
        if data["code"] not in CODES:
            raise ValueError(data["code"])
        values = {
            name: cls.from_json(value) if isinstance(value, Mapping) else value
            for name, value in data["values"].items()
        }
        return cls(str(data["code"]), values)


class FileError(Exception):
    """An error with the problem of a file, or with a sentence in the user's language."""

    def __init__(self, problem: FileProblem | str) -> None:
        super().__init__(problem)
        self.problem = problem

    @property
    def user_message(self) -> str:
        return self.problem if isinstance(self.problem, str) else self.problem.sentence

    @property
    def english_message(self) -> str:
        return self.problem if isinstance(self.problem, str) else self.problem.english

    def __str__(self) -> str:
        return self.english_message


def megapixels(pixels: int) -> int:
    return round(pixels / 1_000_000)
