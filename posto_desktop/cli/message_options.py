"""The options that say what a post is, and what they make of a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import click
from click.core import ParameterSource

from posto_desktop.cli import front_matter
from posto_desktop.cli.completion import complete_channels
from posto_desktop.cli.message import MessageInput, read_text, read_texts


class MessageOptions(TypedDict):
    """The options that say what a post is."""

    to: tuple[str, ...]
    when: str
    media: tuple[str, ...]
    alt: tuple[str, ...]
    style: str
    link: str
    comment: str
    title: str
    label: tuple[str, ...]
    own_text: tuple[str, ...]
    part: tuple[str, ...]


def _demand_words(ctx: click.Context, parameter: click.Parameter, words: str) -> str:
    """Refuse an empty time that was given: a script whose variable is empty must not post now."""
    is_given = ctx.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT
    if is_given and not words.strip():
        raise click.BadParameter("It is empty. Leave it out, or write now, to post at once.")
    return words


_MESSAGE_OPTIONS = (
    click.option("--to", "-t", multiple=True, metavar="CHANNEL", shell_complete=complete_channels,
                 help="A channel by name or id, a network, @GROUP or all. Repeat for more."),
    click.option("--when", default="", metavar="TIME", callback=_demand_words,
                 help='When, in plain words: "next Monday at noon". Without it: now.'),
    click.option("--media", "-m", multiple=True, metavar="FILE", help="A picture or video."),
    click.option("--alt", multiple=True, metavar="TEXT",
                 help="The description of a file, in the order of --media, or NAME=TEXT."),
    click.option("--style", default="", metavar="NAME", help="A style."),
    click.option("--link", default="", metavar="URL", help="A link to attach."),
    click.option("--comment", default="", metavar="TEXT", help="The first comment."),
    click.option("--title", default="", metavar="TEXT", help="The title, where posts have one."),
    click.option("--label", multiple=True, metavar="TEXT", help="A label of yours."),
    click.option("--text", "own_text", multiple=True, metavar="NETWORK=TEXT",
                 help="Another text for one network."),
    click.option("--part", multiple=True, metavar="TEXT", help="A further part of a thread."),
)  # fmt: skip


def message_options(command: click.decorators.FC) -> click.decorators.FC:
    """Add the options that say what a post is."""
    for option in reversed(_MESSAGE_OPTIONS):
        command = option(command)
    return command


def message_of(text: str, options: MessageOptions, *, is_file: bool = False) -> MessageInput:
    """Return the message of TEXT|-|FILE and the options, which win over the head of a file.
    `is_file`: stdin is a file with a head, too. Raises CommandError."""
    words, path = read_text(text)
    if path is not None and path.suffix.lower() in front_matter.SUFFIXES:
        message = front_matter.read_message(words, path.name, path.parent)
    elif is_file and text == "-":
        message = front_matter.read_message(words, "stdin")
    else:
        message = MessageInput(text=words)
    return with_options(message, options)


def with_options(message: MessageInput, options: MessageOptions) -> MessageInput:
    """Return a message with the options that were given. Raises CommandError."""
    own_texts = read_texts(options["own_text"])
    threads = message.text_threads
    message = replace(
        message,
        to=options["to"] or message.to,
        when=options["when"] or message.when,
        alt=options["alt"],
        style=options["style"] or message.style,
        link=options["link"] or message.link,
        comment=options["comment"] or message.comment,
        title=options["title"] or message.title,
        labels=options["label"] or message.labels,
        texts={**message.texts, **own_texts},
        text_threads={name: parts for name, parts in threads.items() if name not in own_texts},
        thread=options["part"] or message.thread,
    )
    if options["media"]:
        # They are of the current folder, not of the file's.
        media = tuple(str(Path(path).absolute()) for path in options["media"])
        return replace(message, media=media, descriptions=())
    return message
