"""Tests of Markdown files with a YAML head."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.cli.front_matter import FrontMatterError, read_message, write_message
from posto_desktop.cli.message import MessageInput

WHOLE = """---
key: monday
to: [mastodon, "@friends"]
when: next Monday at noon
labels: sea
media:
  - file: sea.png
    alt: "Waves: high"
  - beach.jpg
texts:
  bluesky: The blue sea
  x:
    - First
    - Second
thread: [Part two]
numbered: yes
---

The sea.

---
It goes on.
"""


def test_fields_are_read_as_texts() -> None:
    message = read_message(WHOLE, "monday.md", Path("posts"))
    assert message == MessageInput(
        text="The sea.\n\n---\nIt goes on.",
        to=("mastodon", "@friends"),
        when="next Monday at noon",
        media=("sea.png", "beach.jpg"),
        descriptions=("Waves: high", ""),
        labels=("sea",),
        texts={"bluesky": "The blue sea", "x": "First"},
        text_threads={"x": ("Second",)},
        thread=("Part two",),
        is_numbered=True,
        key="monday",
        folder=Path("posts"),
    )


def test_numbers_dates_and_words_stay_texts() -> None:
    message = read_message("---\nto: [1, 02]\nwhen: 2030-01-02 09:00\ntitle: no\n---\n", "a.md")
    assert (message.to, message.when, message.title) == (("1", "02"), "2030-01-02 09:00", "no")


def test_file_without_head_is_text() -> None:
    assert read_message("Hello\r\n\r\nworld\r\n", "a.md").text == "Hello\n\nworld"


@pytest.mark.parametrize("alt", ["[Waves]", "Waves", "{sea.png: Waves}"])
def test_descriptions_may_stand_apart(alt: str) -> None:
    message = read_message(f"---\nmedia: [sea.png, b.png]\nalt: {alt}\n---\n", "a.md")
    assert message.descriptions == ("Waves", "")


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("to: x\nwen: now", 3, "wen: There is no such field. Did you mean when?"),
        ("to: x\nnonsense: now", 3, "There is no such field. There are: to, "),
        ("to: x\nto: y", 3, "to: This field is there twice."),
        ("when: [a, b]", 2, "when: This has to be one text."),
        ("title: Sea: the blue one", 2, "not valid YAML"),
        ("to: [x", 3, "not valid YAML"),
        ("just words", 2, "FIELD: VALUE"),
        ("when: &a now\ntitle: *a", 2, "References"),
        ("when: !!python/object/apply:os.system [ls]", 2, "Tags"),
        ("to: " + "[" * 100_000, 2, "More than 4 levels"),
        ("media:\n  - path: a.png", 3, "path is no field of a file"),
        ("media: [a.png]\nalt: [b, c]", 3, "2 descriptions for 1 files"),
        ("media: [a.png]\nalt:\n  b.png: B", 4, "b.png is not one of the files"),
        ("title: a\x07b", 2, "0x7 is not allowed"),
        ("numbered: perhaps", 2, "neither yes nor no"),
        ("text: one", 2, "Take one of them"),
    ],
)
def test_errors_name_file_line_and_what_is_wrong(head: str, line: int, words: str) -> None:
    with pytest.raises(FrontMatterError) as raised:
        read_message(f"---\n{head}\n---\nText\n", "posts/a.md")
    assert raised.value.user_message.startswith(f"posts/a.md, line {line}")
    assert words in raised.value.user_message


def test_head_has_an_end() -> None:
    with pytest.raises(FrontMatterError, match="does not end"):
        read_message("---\nto: x\n", "a.md")


texts = st.text(st.characters(codec="utf-8") | st.sampled_from("\n\r\t\x85\u2028\ufeff-:#'\" "))
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
paths = st.text(st.characters(codec=None), min_size=1, max_size=8)


@st.composite
def messages(draw: st.DrawFn) -> MessageInput:
    files = draw(st.lists(st.tuples(paths, texts), max_size=3))
    own = draw(st.dictionaries(names, st.lists(texts, min_size=1, max_size=3), max_size=2))
    return MessageInput(
        text=draw(texts),
        to=tuple(draw(st.lists(names, max_size=3))),
        when=draw(texts),
        media=tuple(path for path, _ in files),
        descriptions=tuple(alt for _, alt in files),
        style=draw(texts),
        link=draw(texts),
        comment=draw(texts),
        title=draw(texts),
        name=draw(texts),
        key=draw(texts),
        labels=tuple(draw(st.lists(names, max_size=2))),
        texts={name: parts[0] for name, parts in own.items()},
        text_threads={name: tuple(parts[1:]) for name, parts in own.items() if parts[1:]},
        thread=tuple(draw(st.lists(texts, max_size=3))),
        is_numbered=draw(st.booleans()),
    )


@given(messages())
@example(MessageInput(text="---\nto: x\n---"))
@example(MessageInput(text="\nA line before\n\n", when="|"))
@example(MessageInput(text="a", media=("\udcff.png",), descriptions=("no",)))
@example(MessageInput(text="a\r\nb"))
def test_written_file_is_read_as_the_same_message(message: MessageInput) -> None:
    assert read_message(write_message(message), "a.md") == message


@given(st.text())
def test_any_head_is_a_message_or_an_error(head: str) -> None:
    with contextlib.suppress(FrontMatterError):
        read_message(f"---\n{head}\n---\n", "a.md")
