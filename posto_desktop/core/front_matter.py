"""Markdown files with front matter: a head in YAML, then the text of the message.

    ---
    to: [mastodon, "@friends"]
    when: next Monday at noon
    media:
      - file: sea.png
        alt: Waves
    ---
    The text.

Every value is a text: the head is read from the events of the YAML parser, without its loaders, so
that no tag makes an object, no alias repeats a part, and every error names its line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from posto_desktop.core.message_input import MessageInput

MAX_DEPTH = 4
"""Most values within each other in a head."""
SUFFIXES = (".md", ".markdown")
_MARK = "---"
_TEXTS = ("when", "style", "link", "comment", "title", "name", "key", "text", "numbered")
_LISTS = ("to", "labels", "thread")
FIELDS = (*_LISTS, *_TEXTS, "media", "alt", "texts")
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off", "")
_BREAKS = ("\x85", "\u2028", "\u2029", "\ufeff")
"""What a reader of YAML changes unless it is escaped."""


class FrontMatterProblem(ValueError):
    """A file cannot be read as front matter; says its name, line and field."""

    def __init__(self, name: str, line: int, field: str, problem: str) -> None:
        place = f"{name}, line {line}" + (f", {field}" if field else "")
        super().__init__(f"{place}: {problem}")
        self.name, self.line = name, line


@dataclass(frozen=True)
class _Node:
    """A value of the head and its line in the file."""

    value: str | list[_Node] | dict[str, _Node]
    line: int


def read_message(text: str, name: str, folder: Path | None = None) -> MessageInput:
    """Return the message of a file's text. `name` is for errors; paths of media are relative to
    `folder`. Without a head all of it is the text. Raises FrontMatterProblem."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _MARK:
        return MessageInput(text=_body(lines), folder=folder)
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == _MARK), None)
    if end is None:
        problem = f"The head begins here and does not end. Add a line with {_MARK} below it."
        raise FrontMatterProblem(name, 1, "", problem)
    fields = _read_head("\n".join(lines[1:end]) + "\n", name)
    return replace(_message(fields, _body(lines[end + 1 :]), name), folder=folder)


def _body(lines: list[str]) -> str:
    """Return the text below a head: empty lines around it are for the eye."""
    return "\n".join(lines).strip("\n")


# -- the head -----------------------------------------------------------------------------------


def _read_head(head: str, name: str) -> dict[str, _Node]:
    """Return the fields of a head. Raises FrontMatterProblem."""
    try:
        root = _tree(yaml.parse(head, Loader=yaml.BaseLoader), name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + 2
        problem = f"This is not valid YAML: {error.problem or error.context}."
        hint = " Put the text into quotation marks." if ":" in str(error.problem) else ""
        raise FrontMatterProblem(name, line, "", problem + hint) from None
    except yaml.reader.ReaderError as error:
        line = head[: error.position].count("\n") + 2
        problem = f"The character {error.character:#x} is not allowed in the head."
        raise FrontMatterProblem(name, line, "", problem) from None
    if root is None or root.value == "":
        return {}
    if not isinstance(root.value, dict):
        raise FrontMatterProblem(name, 2, "", "The head has to be lines of the form FIELD: VALUE.")
    return root.value


def _tree(events: Iterator[yaml.Event], name: str) -> _Node | None:
    """Return the tree of the head's events; None for an empty head."""
    root: _Node | None = None
    stack: list[tuple[_Node, list[_Node]]] = []
    """Open lists and mappings with what stands in them so far, keys and values in turn."""
    for event in events:
        mark = event.start_mark
        line = mark.line + 2 if mark is not None else 2
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FrontMatterProblem(name, line, "", "References (& and *) are not read here.")
        if getattr(event, "tag", None):
            raise FrontMatterProblem(name, line, "", "Tags (!) are not read here.")
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise FrontMatterProblem(name, line, "", "The head has to be one document.")
        done: _Node | None = None
        if isinstance(event, yaml.ScalarEvent):
            done = _Node(event.value, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) == MAX_DEPTH:
                raise FrontMatterProblem(name, line, "", f"More than {MAX_DEPTH} levels.")
            begun: list[_Node] | dict[str, _Node] = {}
            if isinstance(event, yaml.SequenceStartEvent):
                begun = []
            stack.append((_Node(begun, line), []))
        elif isinstance(event, yaml.CollectionEndEvent):
            node, parts = stack.pop()
            done = _Node(
                parts if isinstance(node.value, list) else _mapping(parts, name), node.line
            )
        if done is None:
            continue
        if stack:
            stack[-1][1].append(done)
        else:
            root = done
    return root


def _mapping(parts: list[_Node], name: str) -> dict[str, _Node]:
    values: dict[str, _Node] = {}
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if not isinstance(key.value, str):
            raise FrontMatterProblem(name, key.line, "", "A field has to be a word.")
        if key.value in values:
            raise FrontMatterProblem(name, key.line, key.value, "This field is there twice.")
        values[key.value] = replace(value, line=max(key.line, value.line))
    return values


# -- the message --------------------------------------------------------------------------------


def _message(fields: Mapping[str, _Node], body: str, name: str) -> MessageInput:
    for field, node in fields.items():
        if field not in FIELDS:
            close = difflib.get_close_matches(field.lower(), FIELDS, n=2, cutoff=0.6)
            known = " or ".join(close) if close else ", ".join(FIELDS)
            hint = f"Did you mean {known}?" if close else f"There are: {known}."
            raise FrontMatterProblem(name, node.line, field, f"There is no such field. {hint}")
    texts = {field: _text(fields, field, name) for field in _TEXTS}
    if texts["text"] and body:
        problem = "The text stands in the head and below it. Take one of them."
        raise FrontMatterProblem(name, fields["text"].line, "text", problem)
    own, own_threads = _own_texts(fields, name)
    media, descriptions = _media(fields, name)
    lists = {field: _list(fields, field, name) for field in _LISTS}
    return MessageInput(
        text=texts["text"] or body,
        to=lists["to"],
        when=texts["when"],
        media=media,
        descriptions=descriptions,
        style=texts["style"],
        link=texts["link"],
        comment=texts["comment"],
        title=texts["title"],
        name=texts["name"],
        key=texts["key"],
        labels=lists["labels"],
        texts=own,
        text_threads=own_threads,
        thread=lists["thread"],
        is_numbered=_is_numbered(fields, texts["numbered"], name),
    )


def _is_numbered(fields: Mapping[str, _Node], word: str, name: str) -> bool:
    if word.lower() not in (*_YES, *_NO):
        problem = f"{word} is neither yes nor no."
        raise FrontMatterProblem(name, fields["numbered"].line, "numbered", problem)
    return word.lower() in _YES


def _text(fields: Mapping[str, _Node], field: str, name: str) -> str:
    return _as_text(fields[field], field, name) if field in fields else ""


def _as_text(node: _Node, field: str, name: str) -> str:
    if not isinstance(node.value, str):
        raise FrontMatterProblem(name, node.line, field, "This has to be one text.")
    return node.value


def _list(fields: Mapping[str, _Node], field: str, name: str) -> tuple[str, ...]:
    """Return the texts of a field: a list, or one text."""
    if field not in fields:
        return ()
    return _as_list(fields[field], field, name)


def _as_list(node: _Node, field: str, name: str) -> tuple[str, ...]:
    if isinstance(node.value, list):
        return tuple(_as_text(part, field, name) for part in node.value)
    return (_as_text(node, field, name),) if node.value else ()


def _own_texts(
    fields: Mapping[str, _Node], name: str
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the own texts by network, and the further parts of those that are threads."""
    node = fields.get("texts")
    if node is None or node.value == "":
        return {}, {}
    if not isinstance(node.value, dict):
        problem = "This has to be NETWORK: TEXT, one a line."
        raise FrontMatterProblem(name, node.line, "texts", problem)
    own, threads = {}, {}
    for network, value in node.value.items():
        field = f"texts, {network}"
        if isinstance(value.value, list):
            first, *further = _as_list(value, field, name) or ("",)
            own[network] = first
            if further:
                threads[network] = tuple(further)
        else:
            own[network] = _as_text(value, field, name)
    return own, threads


def _media(fields: Mapping[str, _Node], name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the files and their descriptions. A file is a path, or has `file` and `alt`; `alt` is
    a list in the order of the files, or has them by path."""
    paths, descriptions = [], []
    node = fields.get("media", _Node([], 0))
    for part in node.value if isinstance(node.value, list) else [node] if node.value else []:
        if not isinstance(part.value, dict):
            paths.append(_as_text(part, "media", name))
            descriptions.append("")
            continue
        for word, value in part.value.items():
            if word not in ("file", "alt"):
                problem = f"{word} is no field of a file. There are: file and alt."
                raise FrontMatterProblem(name, value.line, "media", problem)
        paths.append(_text(part.value, "file", name))
        descriptions.append(_text(part.value, "alt", name))
        if not paths[-1]:
            raise FrontMatterProblem(name, part.line, "media", "The path of a file is missing.")
    return tuple(paths), _described(fields, paths, descriptions, name)


def _described(
    fields: Mapping[str, _Node], paths: list[str], descriptions: list[str], name: str
) -> tuple[str, ...]:
    node = fields.get("alt")
    if node is not None and isinstance(node.value, dict):
        for path, value in node.value.items():
            if path not in paths:
                problem = f"{path} is not one of the files in media."
                raise FrontMatterProblem(name, value.line, "alt", problem)
            descriptions[paths.index(path)] = _as_text(value, "alt", name)
    elif node is not None:
        alts = _as_list(node, "alt", name)
        if len(alts) > len(paths):
            problem = f"There are {len(alts)} descriptions for {len(paths)} files."
            raise FrontMatterProblem(name, node.line, "alt", problem)
        for at, alt in enumerate(alts):
            descriptions[at] = alt or descriptions[at]
    return tuple(descriptions)


# -- writing ------------------------------------------------------------------------------------


def write_message(message: MessageInput) -> str:
    """Return the file that `read_message` reads as this message."""
    own = {
        network: [text, *message.text_threads[network]] if network in message.text_threads else text
        for network, text in message.texts.items()
    }
    descriptions = [*message.descriptions, *[""] * len(message.media)]
    media = [
        {"file": path, "alt": alt} if alt else path
        for path, alt in zip(message.media, descriptions, strict=False)
    ]
    head: dict[str, object] = {
        "key": message.key,
        "name": message.name,
        "to": list(message.to),
        "when": message.when,
        "title": message.title,
        "style": message.style,
        "labels": list(message.labels),
        "link": message.link,
        "comment": message.comment,
        "media": media,
        "texts": own,
        "thread": list(message.thread),
        "numbered": "yes" if message.is_numbered else "",
    }
    lines = message.text.split("\n")
    is_plain = "\r" not in message.text and _body(lines) == message.text
    if not is_plain or _has_surrogates(message.text):
        head["text"] = message.text
    head = {field: value for field, value in head.items() if value}
    words = f"{_dumped(head)}" if head else ""
    if not head and lines[0].rstrip() != _MARK:
        return message.text + "\n" if message.text else ""
    body = f"\n{message.text}\n" if "text" not in head and message.text else ""
    return f"{_MARK}\n{words}{_MARK}\n{body}"


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


class _Dumper(yaml.SafeDumper):
    """Writes each text so that it is one for every reader, and no references."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    style = None
    if any(mark in text for mark in _BREAKS):
        style = '"'
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _dumped(head: Mapping[str, object]) -> str:
    words = yaml.dump(dict(head), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9)
    assert isinstance(words, str)
    return words
