"""Interface between the sender and a network (see docs/publishers.md).

A post has parts: the post itself, what goes on in its thread, its first comment. Each has a key, a
record, a state and an id of its own. The sender stores what `prepare` and `upload` return before
anything is published, and hands exactly that back to `send` and `lookup`, however often the
process was killed in between.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Protocol
from uuid import NAMESPACE_OID, uuid5

from posto_desktop.common.account_limits import Limits as Limits
from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable

TEST_TEXT = "Test by Posto Desktop. Only you can see it. It will be deleted."
Record = dict[str, Any]
Secret = dict[str, str]
PartKind = Literal["post", "thread", "comment"]
FurtherParts = Literal["replies", "comments", "joined", ""]


# -- what is published -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Attachment:
    """One file of a post. `path` holds the content, `name` is what the user called it."""

    id: int
    path: Path
    sha256: str
    mime: str
    name: str
    alt: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def kind(self) -> str:
        return "video" if self.mime.startswith("video/") else "image"


@dataclass(frozen=True)
class Section:
    """What follows a post in its thread."""

    text: str
    media: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Post:
    """A post as the network is to show it.

    `extra` is the post's data as composed, for what only one network knows.
    """

    key: str
    posto_ref: str
    channel_id: int
    channel_name: str
    network: str
    text: str
    title: str = ""
    link: str = ""
    first_comment: str = ""
    media: tuple[Attachment, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    thread: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Result:
    """Where a part is now: the network's id and address. An address beginning with `/` is one of
    this workspace. `extra` is what an answer to this part needs, such as a hash."""

    id: str
    url: str
    extra: Record = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One thing to publish, with a key of its own. Only the first has the post's title and link.

    `before` are the parts that are out already, in order; a part is sent when all before it are.
    `first_sent` is when its sending was tried first, in Unix seconds.
    """

    post: Post
    number: int
    kind: PartKind
    key: str
    text: str
    media: tuple[Attachment, ...] = ()
    before: tuple[Result, ...] = ()
    first_sent: float | None = None

    @property
    def title(self) -> str:
        return self.post.title if self.kind == "post" else ""

    @property
    def link(self) -> str:
        return self.post.link if self.kind == "post" else ""

    @property
    def root(self) -> Result | None:
        """The first part of the thread; None for that part itself."""
        return self.before[0] if self.before else None

    @property
    def answers(self) -> Result | None:
        """What this part is a reply to: a comment to the post, a part to the one before it."""
        if not self.before:
            return None
        return self.before[0] if self.kind == "comment" else self.before[-1]


def split(post: Post) -> list[Part]:
    """The parts of a post: itself, its thread, its first comment."""
    parts = [Part(post, 0, "post", post.key, post.text, post.media)]
    parts += [Part(post, 0, "thread", "", section.text, section.media) for section in post.thread]
    if post.first_comment:
        parts.append(Part(post, 0, "comment", "", post.first_comment))
    return numbered(post, parts)


def split_comment(post: Post) -> list[Part]:
    """The parts of a post where there are no threads: all sections as one, its first comment."""
    text = "\n\n".join([post.text, *(section.text for section in post.thread)]).strip()
    media = (*post.media, *(attachment for section in post.thread for attachment in section.media))
    whole = Part(post, 0, "post", post.key, text, media)
    return numbered(post, [whole, *(part for part in split(post) if part.kind == "comment")])


def numbered(post: Post, pieces: Iterable[Part]) -> list[Part]:
    """Pieces as parts with numbers and keys of their own, in this order. What comes of the post
    itself after the first goes on in its thread."""
    return [
        replace(
            piece,
            number=number,
            kind="thread" if number and piece.kind == "post" else piece.kind,
            key=_part_key(post.key, number),
        )
        for number, piece in enumerate(pieces)
    ]


def _part_key(key: str, number: int) -> str:
    """The key of a part, always the same: the first has that of the post."""
    return str(uuid5(NAMESPACE_OID, f"{key}/{number}")) if number else key


# -- who publishes ---------------------------------------------------------------------------------


def _no_secret() -> Secret:
    return {}


def _keep_nothing(_secret: Secret) -> None:
    return None


@dataclass(frozen=True)
class Account:
    """A sign-in at a server, with the place there to which one channel publishes.

    `facts` is what the publisher learned when it connected and checked; nothing in it is secret.
    `expires_at` in it is when the sign-in ends by itself, in Unix seconds (`expiry_of`).
    `target` is the id of the room, chat or blog, "" where the account itself is the place.
    `secret()` reads the secret and raises SecretsLocked or SignInAgain; `keep_secret` stores what
    is new of one, on the disk before it returns: call it before a refreshed token is used. Refresh
    within `renewing()`, and read the secret there: other servers may do the same.
    Channels of the sandbox have an account without a server.
    """

    id: int
    method: str
    channel_id: int
    server: str = ""
    remote_id: str = ""
    handle: str = ""
    target: str = ""
    facts: Record = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    proxy: str = ""
    secret: Callable[[], Secret] = field(default=_no_secret, repr=False)
    keep_secret: Callable[[Secret], None] = field(default=_keep_nothing, repr=False)
    renewing: Callable[[], AbstractContextManager[None]] = field(default=nullcontext, repr=False)


def expiry_of(facts: Mapping[str, Any]) -> int:
    """Return when a sign-in ends by itself, in Unix seconds; 0 where that is not known."""
    moment = facts.get("expires_at")
    return moment if type(moment) is int and moment > 0 else 0


@dataclass(frozen=True)
class Target:
    """A room, chat or blog to which an account may publish."""

    id: str
    name: str
    link: str = ""
    network: str = ""
    """The slug in networks.json, where it differs from the profile's."""


@dataclass(frozen=True)
class Rights:
    """What an account may do, as its server says; None where it does not say. `missing` is what the
    person can do about what is not allowed."""

    publish: bool | None = None
    upload: bool | None = None
    missing: str = ""

    def to_json(self) -> Record:
        return {"publish": self.publish, "upload": self.upload, "missing": self.missing}


@dataclass(frozen=True)
class Profile:
    """Who an account is and what its server takes, as the server says it.

    `network` is the slug in networks.json whose preview and rules fit. Without `targets` the
    account itself is the one place to publish to.
    """

    remote_id: str
    handle: str
    name: str
    network: str
    link: str = ""
    picture: str = ""
    facts: Record = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    targets: tuple[Target, ...] = ()
    rights: Rights = field(default_factory=Rights)


@dataclass(frozen=True)
class Connected:
    """A sign-in that worked. `secret` is kept in the keyring and nowhere else."""

    server: str
    profile: Profile
    secret: Secret = field(repr=False)


@dataclass(frozen=True)
class Field:
    """Something that a person enters to connect. `name` is its key in what `connect` is given."""

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    hint: str = ""


class SignIn(Protocol):
    """The browser's half of connecting: where it comes back to, and what it brings."""

    @property
    def state(self) -> str:
        """What the address to open must carry as `state`."""

    def listen(self) -> str:
        """Listen on loopback for the browser; the redirect address to register and to send."""

    def open(self, url: str) -> Mapping[str, str]:
        """Have the person open `url` and wait for the browser: the parameters that it came back
        with, their `state` checked. Raises Refused when that was denied or took too long."""


# -- outcomes --------------------------------------------------------------------------------------


class Found(Enum):
    """What a look-up says about a part that may have been sent."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    CANNOT_TELL = "cannot_tell"


class PublishError(Exception):
    """Base of all refusals; the message is a sentence for people."""


class Refused(PublishError):
    """The network does not take this, and will not take it next time either.

    `field` says what of the post is the cause: "text", "title", "link", "files", "file ID" with the
    id of an attachment; "" where that is not known.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SignInAgain(PublishError):
    """The session with the network has ended; the account must be connected again."""


class TryLater(PublishError):
    """Not now: busy or away. `seconds` is how long to wait.

    Also right for requests that surely never arrived (refused connection, unknown host).
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class RateLimited(TryLater):
    """The network asks to wait: nothing of this account is tried before that."""


class ServerAway(TryLater):
    """The server of the account cannot be reached: nothing of it is tried before that, so that what
    waits goes out in its order."""


class SecretsLocked(TryLater):
    """The keyring is locked, so the account's secret cannot be read now."""

    def __init__(self, message: str, seconds: float = 20.0) -> None:
        super().__init__(message, seconds)


class Unclear(PublishError):
    """The request went out and no usable answer came: the part may be live or not."""


# -- the contract ----------------------------------------------------------------------------------


class Publisher(ABC):
    """One way of publishing; `method` is the channels' `method` that it serves.

    One object serves all accounts and is called by several threads at once, for one channel by one
    at a time. All methods may raise SignInAgain, SecretsLocked, TryLater and RateLimited.
    """

    method: str
    settle: float = 120.0
    """Seconds that the network may still work on a request whose answer was lost. A look-up that
    finds nothing sooner than that proves nothing, and nothing is sent again before. 0 where
    sending a record again is never a second post."""
    numbers_apart: bool = False
    """Whether posts and what answers them are numbered apart, so that both may have an id."""
    sends_files: bool = False
    """Whether `send` carries the files, so that it takes as long as they do."""
    ahead: float = 0.0
    """Seconds before a post's time at which `prepare` and `upload` may be called; 600 at most."""
    further_parts: FurtherParts = "replies"
    """What becomes of further parts of a post: posts that reply to the one before; comments without
    files; all of them one post; "" where they are refused."""
    keeps_words: bool = True
    """Whether texts go out as composed; the sandbox has the habits of the service's plugin."""
    name: str = ""
    """What people call it, in the list of what can be connected."""
    fields: tuple[Field, ...] = ()
    """What a person enters to connect."""
    signs_in_by_browser: bool = False
    """Whether `connect` opens a page where no optional secret field is filled in."""
    usual_budgets: tuple[Budget, ...] = ()
    """What the network takes within a time, as its documents say; () where nothing is known."""
    remembers: tuple[str, ...] = ()
    """Names of facts that `connect` is given beside the fields when the person enters the handle of
    an account that is connected already."""

    # Publishing

    def parts(self, post: Post) -> list[Part]:
        """The parts that are published one after another. They stay the same for a post."""
        return split(post)

    @abstractmethod
    def prepare(self, account: Account, part: Part) -> Record:
        """Check the part and make all that must stay the same from attempt to attempt: a key, a
        slug, a time. JSON-able. Nothing leaves the computer. Raises Refused.

        It is called for each part before anything is uploaded; `part.before` is empty then.
        """

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        """Hand over what nobody sees yet, files or a draft, and return the record with what the
        network said. Called again after a crash, with the last record that `keep` was given:
        call `keep` after each file. Raises Refused."""
        return record

    @abstractmethod
    def send(self, account: Account, part: Part, record: Record) -> Result:
        """The one call that publishes. Raises any PublishError; whatever else is raised counts as
        Unclear."""

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        """Ask the network whether the part is out. `taken` are ids of other posts of the channel.

        CANNOT_TELL is believed when the settling time is over. Default: it cannot be asked, which
        is believed at once.
        """
        return Found.CANNOT_TELL, None

    @property
    def can_be_asked(self) -> bool:
        """Whether `lookup` asks the network."""
        return type(self).lookup is not Publisher.lookup

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        """True if sending the record again cannot make a second post.

        `age` is the number of seconds since the record was first sent.
        """
        return False

    def discard(self, account: Account, part: Part, record: Record) -> None:
        """Take back what `upload` handed over of a part that will not be sent."""
        return None

    def find(
        self, account: Account, part: Part, record: Record, link: str, taken: Collection[str]
    ) -> Result | None:
        """Return where a part is that a person found, by its address or, with link "", by looking
        for it; None where that cannot be told. Raises Refused for an address of something else.

        Default: it is looked for by `lookup`, and an address says nothing.
        """
        if link:
            return None
        outcome, result = self.lookup(account, part, record, taken)
        return result if outcome is Found.SENT else None

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        """Return the figures that the network has of a published post: `[{"label", "value"}]`."""
        return []

    # Accounts

    def budgets(self, account: Account) -> tuple[Budget, ...]:
        """What the network takes of an account within a time."""
        return self.usual_budgets

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        """Sign in with what the person entered into `fields`; by `sign_in` where a browser is
        needed. Raises Refused with what is wrong and what to do."""
        raise Refused(translatable("Server", "There is nothing to connect here."))

    def test_words(self, account: Account) -> str:
        """What a test post is here, in a sentence, "" where there is none that surely nobody else
        sees."""
        return ""

    def send_test(self, account: Account) -> Result:
        """Publish a test post that only the person sees; without an id there is nothing to delete.
        Raises Refused where it does not stay so: it is deleted then."""
        raise Refused(translatable("Server", "This network has no private test posts."))

    def delete_test(self, account: Account, post: Result) -> None:
        """Delete it again; where it is gone already, all is well."""
        return None

    def check(self, account: Account) -> Profile | None:
        """Ask the server who the account is: it works then, and its limits are new. None where
        nothing can be asked."""
        return None

    def revoke(self, account: Account) -> None:
        """End the session at the server. Raises PublishError where that did not work."""
        return None


def with_results(part: Part, before: Collection[Result], first_sent: float | None) -> Part:
    """The part with what is known of it and of those before it at the moment."""
    return replace(part, before=tuple(before), first_sent=first_sent)
