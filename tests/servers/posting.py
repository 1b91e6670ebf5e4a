"""Publishing through one publisher as the sender does it, without a workspace."""

from __future__ import annotations

import hashlib
import itertools
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Part,
    Post,
    Publisher,
    Record,
    Result,
    Secret,
    Section,
    with_results,
)

HARD_TEXT = "I <3 you & «émoji» 👩‍👩‍👧‍👦 🇩🇪 — مرحبا بالعالم, שלום <b>not bold</b> {a|b}"
"""Letters of two bytes and four, right to left, and what looks like HTML and branches."""
_clock = itertools.count(1)


class NoBrowser:
    """A sign-in that needs no browser."""

    state = "state"

    def listen(self) -> str:
        raise AssertionError("the browser is not needed")

    def open(self, url: str) -> Mapping[str, str]:
        raise AssertionError("the browser is not needed")


@dataclass
class Person:
    """An account with its secret in memory. `secrets` are those that were stored, in order."""

    publisher: Publisher
    account: Account
    secrets: list[Secret] = field(default_factory=list)

    @classmethod
    def connect(cls, publisher: Publisher, **given: str) -> Person:
        return cls.of(publisher, publisher.connect(given, NoBrowser()))

    @classmethod
    def of(cls, publisher: Publisher, connected: Connected) -> Person:
        profile = connected.profile
        secrets = [connected.secret]
        account = Account(
            id=1,
            method=publisher.method,
            channel_id=1,
            server=connected.server,
            remote_id=profile.remote_id,
            handle=profile.handle,
            target=profile.targets[0].id if profile.targets else "",
            facts=profile.facts,
            limits=profile.limits,
            secret=lambda: secrets[-1],
            keep_secret=lambda newer: secrets.append({**secrets[-1], **newer}),
        )
        return cls(publisher, account, secrets)

    def by(self, server: str) -> Person:
        """The same account, reached over another address."""
        return replace(self, account=replace(self.account, server=server))

    def prepared(self, post: Post) -> list[tuple[Part, Record]]:
        return [
            (part, self.publisher.prepare(self.account, part))
            for part in self.publisher.parts(post)
        ]

    def uploaded(self, post: Post) -> list[tuple[Part, Record]]:
        return [
            (part, self.publisher.upload(self.account, part, record, lambda _: None))
            for part, record in self.prepared(post)
        ]

    def ready(self, post: Post, age: float = 0.0) -> tuple[Part, Record]:
        """The first part of a post, handed over, whose sending was tried so many seconds ago."""
        part, record = self.uploaded(post)[0]
        return with_results(part, (), time.time() - age), record

    def send(self, ready: list[tuple[Part, Record]], first_sent: float) -> list[Result]:
        results: list[Result] = []
        for part, record in ready:
            sent = with_results(part, results, first_sent)
            results.append(self.publisher.send(self.account, sent, record))
        return results

    def publish(self, post: Post, first_sent: float) -> list[Result]:
        return self.send(self.uploaded(post), first_sent)


def make_post(text: str, **more: Any) -> Post:
    """A post with a key of its own; `thread` may be texts."""
    thread = tuple(
        section if isinstance(section, Section) else Section(section)
        for section in more.pop("thread", ())
    )
    return Post(
        key=str(uuid.uuid4()),
        posto_ref=f"ref-{next(_clock)}",
        channel_id=1,
        channel_name="Alice",
        network="",
        text=text,
        thread=thread,
        **more,
    )


def make_picture(
    folder: Path, name: str, alt: str, size: tuple[int, int] = (320, 200), **how: Any
) -> Attachment:
    """A photo of noise, so that it is as large as photos are. `noise`: how much of it."""
    path = folder / name
    noise = Image.effect_noise(size, how.pop("noise", 60))
    kind = "PNG" if name.endswith(".png") else "JPEG"
    noise.convert("RGB").save(path, kind, **how)
    data = path.read_bytes()
    return Attachment(
        id=next(_clock),
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        mime=f"image/{kind.lower()}",
        name=name,
        alt=alt,
        size=len(data),
        width=size[0],
        height=size[1],
    )


def four_pictures(folder: Path) -> tuple[Attachment, ...]:
    alts = ("A fjord", "ünï — «quotes» & <tags>", "شاطئ 🏖", "")
    return tuple(
        make_picture(folder, f"photo {number}.jpg", alt, (200 + number, 100))
        for number, alt in enumerate(alts)
    )
