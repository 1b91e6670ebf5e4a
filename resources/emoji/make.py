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
    wanted = [emoji for emoji in english if emoji.get("group", COMPONENTS) != COMPONENTS]
    wanted.sort(key=lambda emoji: emoji["order"])
    write(target / "base.json", [base_row(emoji, codes) for emoji in wanted])
    for language in LANGUAGES:
        data = {emoji["hexcode"]: emoji for emoji in read(package, language, "data.json")}
        words = read(package, language, "messages.json")
        groups = {word["order"]: word["message"] for word in words["groups"]}
        tones = {word["key"]: word["message"] for word in words["skinTones"]}
        write(
            target / f"{language}.json",
            {
                "groups": [groups[number] for number in range(GROUPS)],
                "tones": [
                    tones[key] for key in ("light", "medium-light", "medium", "medium-dark", "dark")
                ],
                "emoji": [
                    [
                        data[emoji["hexcode"]]["label"],
                        "|".join(data[emoji["hexcode"]].get("tags", [])),
                    ]
                    for emoji in wanted
                ],
            },
        )


def base_row(emoji: dict[str, Any], codes: dict[str, Any]) -> list[Any]:
    # People of two tones have a list here; a picker offers the same tone for both.
    pairs = [(skin["tone"], skin["emoji"]) for skin in emoji.get("skins", ())]
    skins = {tone: char for tone, char in pairs if isinstance(tone, int)}
    names = [*listed(codes.get(emoji["hexcode"])), *listed(emoji.get("emoticon"))]
    tones = " ".join(skins[number] for number in range(1, 6)) if skins else ""
    return [shortest(emoji), emoji["group"], emoji["version"], tones, " ".join(names)]


def shortest(emoji: dict[str, Any]) -> str:
    """The fully-qualified form. Where colour is the default no variation selector belongs to it,
    and it would cost characters on some networks."""
    char = str(emoji["emoji"])
    if emoji["type"] == 1 and len(char) == 2 and char.endswith(VARIATION):
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
