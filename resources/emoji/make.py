"""Make the files of this folder from an unpacked emojibase-data package (see README.txt)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "es", "fr", "it", "pt")
COMPONENTS = 2  # skin tones and hair, which mean nothing alone
GROUPS = 10
VARIATION = "\ufe0f"


def main(package: Path, target: Path) -> None:
    """Read `package`, write the files into `target`."""
    english = read(package, "en", "data.json")
    codes = read(package, "en", "shortcodes", "github.json")
    wanted = [one for one in english if one.get("group", COMPONENTS) != COMPONENTS]
    wanted.sort(key=lambda one: one["order"])
    write(target / "base.json", [base_row(one, codes) for one in wanted])
    for language in LANGUAGES:
        data = {one["hexcode"]: one for one in read(package, language, "data.json")}
        words = read(package, language, "messages.json")
        groups = {one["order"]: one["message"] for one in words["groups"]}
        tones = {one["key"]: one["message"] for one in words["skinTones"]}
        write(
            target / f"{language}.json",
            {
                "groups": [groups[number] for number in range(GROUPS)],
                "tones": [
                    tones[key] for key in ("light", "medium-light", "medium", "medium-dark", "dark")
                ],
                "emoji": [
                    [data[one["hexcode"]]["label"], "|".join(data[one["hexcode"]].get("tags", []))]
                    for one in wanted
                ],
            },
        )


def base_row(one: dict[str, Any], codes: dict[str, Any]) -> list[Any]:
    # People of two tones have a list here; a picker offers the same tone for both.
    pairs = [(skin["tone"], skin["emoji"]) for skin in one.get("skins", ())]
    skins = {tone: char for tone, char in pairs if isinstance(tone, int)}
    names = [*listed(codes.get(one["hexcode"])), *listed(one.get("emoticon"))]
    tones = " ".join(skins[number] for number in range(1, 6)) if skins else ""
    return [shortest(one), one["group"], one["version"], tones, " ".join(names)]


def shortest(one: dict[str, Any]) -> str:
    """The fully-qualified form. Where colour is the default no variation selector belongs to it,
    and it would cost characters on some networks."""
    char = str(one["emoji"])
    if one["type"] == 1 and len(char) == 2 and char.endswith(VARIATION):
        return char[0]
    return char


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def read(package: Path, *parts: str) -> Any:
    return json.loads(package.joinpath(*parts).read_text(encoding="utf-8"))


def write(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
