"""Publisher for Bluesky and other AT Protocol servers (PDS), with an app password.

A post has a record key of our own, and a record that is put under its key again is the same post:
sending twice is never two posts. Sources: lexicons app.bsky.feed.post and com.atproto.*; tried with
the PDS 0.4.217.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.networks import networks
from posto_desktop.server.publishers.addresses import server_in
from posto_desktop.server.publishers.attachments import open_attachment
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Limits,
    Part,
    Profile,
    Publisher,
    Record,
    Refused,
    Result,
    Secret,
    SignIn,
    SignInAgain,
)
from posto_desktop.server.publishers.bluesky_facets import facets, handles
from posto_desktop.server.publishers.bluesky_sessions import (
    BlobGone,
    NoRecord,
    SessionEnded,
    Sessions,
    claims_of,
    explain,
    log_in,
    session_of,
)
from posto_desktop.server.publishers.checks import check, figures, objects, with_link
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.link_cards import read_card
from posto_desktop.server.publishers.pictures import Picture, fitted, scaled_note

POSTS = "app.bsky.feed.post"
LIMITS = Limits(
    text=300,
    unit="graphemes",
    files=4,
    mime_types=("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4"),
)
MOST_BYTES_OF_TEXT = 3000
SIDE = 2000
"""The longer side to which Bluesky's own client brings a picture that is too large."""
CARD_SIDE = 1200
BLOB_SECONDS = 1800.0
"""How long a file that no post refers to stays at a server for sure; they sweep after an hour."""
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


class Bluesky(Publisher):
    """`entry` is asked for accounts whose server is not known, `directory` who did:plc are."""

    method = "bluesky"
    name = "Bluesky"
    settle = 0.0
    ahead = 600.0
    fields = (
        Field(
            "handle",
            translatable("Server", "Handle"),
            hint=translatable("Server", "you.bsky.social, or a domain of your own"),
        ),
        Field(
            "password",
            translatable("Server", "App password"),
            is_secret=True,
            hint=translatable(
                "Server", "Create one in Bluesky: Settings, Privacy and security, App passwords."
            ),
        ),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Only needed if your handle does not lead to your server."),
        ),
    )

    def __init__(
        self, entry: str = "https://bsky.social", directory: str = "https://plc.directory"
    ) -> None:
        self._entry = entry
        self._directory = directory
        self._sessions = Sessions()
        self._keys = _RecordKeys()
        self._swept: set[str] = set()

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part) if part.media else part.text
        check(account, part, text or part.link)
        size = len(text.encode("utf-8", "replace"))
        if size > MOST_BYTES_OF_TEXT:
            raise Refused(
                translatable(
                    "Server", "The text has {size} bytes; {server} allows {limit}. Shorten it."
                ).format(
                    size=f"{size:,}",
                    server=account.handle or "Bluesky",
                    limit=f"{MOST_BYTES_OF_TEXT:,}",
                )
            )
        videos = sum(attachment.kind == "video" for attachment in part.media)
        if videos and len(part.media) > 1:
            raise Refused(
                translatable(
                    "Server", "Bluesky allows pictures or one video, not both in one post."
                )
            )
        return {
            "rkey": self._keys.new(),
            "text": text,
            "link": "" if part.media else part.link,
            "card": None,
            "blobs": {},
            "notes": [],
            "mentions": None,
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        self._sessions.access(account, ahead=True)
        if record["mentions"] is None:
            dids = {handle: self._did(account, handle) for handle in handles(record["text"])}
            record = {**record, "mentions": {handle: did for handle, did in dids.items() if did}}
            keep(record)
        was_swept = part.key in self._swept
        if record["link"] and (record["card"] is None or was_swept or _is_old(record["card"])):
            record = {**record, "card": self._card(account, record["link"])}
            keep(record)
        for number, attachment in enumerate(part.media):
            known = record["blobs"].get(str(number))
            if known and not was_swept and not _is_old(known):
                continue
            blobs = {**record["blobs"], str(number): self._uploaded(account, attachment)}
            notes = [blob["note"] for blob in blobs.values() if blob["note"]]
            record = {**record, "blobs": blobs, "notes": notes}
            keep(record)
        self._swept.discard(part.key)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body = {
            "repo": account.remote_id,
            "collection": POSTS,
            "rkey": record["rkey"],
            "record": _record(part, record),
        }
        try:
            answer = self._call(account, "com.atproto.repo.putRecord", lambda: {"json": body}, True)
        except BlobGone:
            self._swept.add(part.key)
            raise
        result = _result(answer, account, record)
        if result is None:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        params = {"repo": account.remote_id, "collection": POSTS, "rkey": record["rkey"]}
        try:
            answer = Http.of(account, explain=explain).ask(
                "GET", "/xrpc/com.atproto.repo.getRecord", params=params
            )
        except NoRecord:
            return Found.NOT_SENT, None
        result = _result(answer, account, record)
        if result is None:
            raise answer.no_use()
        return Found.SENT, result

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return True

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        """Counted by Bluesky's view of the network, which the account's server asks for us."""
        access = self._sessions.access(account, ahead=False)
        http = Http.of(account, {"Authorization": f"Bearer {access}"}, explain)
        answer = http.ask("GET", "/xrpc/app.bsky.feed.getPosts", params={"uris": remote_id})
        posts = answer.object().get("posts")
        post = posts[0] if isinstance(posts, list) and posts else None
        if not isinstance(post, dict):
            return []
        counts = (
            ("Replies", "replyCount"),
            ("Reposts", "repostCount"),
            ("Likes", "likeCount"),
            ("Quotes", "quoteCount"),
        )
        return figures(post, counts)

    def _call(
        self,
        account: Account,
        name: str,
        body: Callable[[], dict[str, Any]],
        publishes: bool = False,
    ) -> HttpAnswer:
        """Call a procedure in the account's session; `body` makes what is sent, anew for each try.

        A session that is not taken is renewed once: a refused token means that nothing was done.
        """
        for is_last in (False, True):
            access = self._sessions.access(account, ahead=not publishes)
            http = Http.of(account, {"Authorization": f"Bearer {access}"}, explain)
            try:
                ask = http.publish if publishes else http.ask
                return ask("POST", f"/xrpc/{name}", **body())
            except SessionEnded:
                self._sessions.forget(account, access)
                if is_last:
                    raise
        raise AssertionError

    def _did(self, account: Account, handle: str) -> str:
        """Resolve a mention; "" leaves it plain text."""
        try:
            return _resolved(Http.of(account, explain=explain), handle)
        except (Refused, SignInAgain):
            return ""

    def _uploaded(self, account: Account, attachment: Attachment) -> Record:
        if attachment.kind == "video":
            answer = self._upload_video(account, attachment)
            width, height, note = attachment.width, attachment.height, ""
        else:
            picture = fitted(attachment, image_bytes(), SIDE)
            width, height = picture.width, picture.height
            note = scaled_note(attachment, picture) if picture.is_scaled else ""
            answer = self._upload_picture(account, picture)
        return {
            "blob": _blob(answer),
            "width": width,
            "height": height,
            "note": note,
            "at": time.time(),
        }

    def _card(self, account: Account, link: str) -> Record:
        card = read_card(link, image_bytes(), CARD_SIDE)
        shown: Record = {"uri": link, "title": card.title, "description": card.description}
        if card.picture is not None:
            with contextlib.suppress(Refused):
                shown["thumb"] = _blob(self._upload_picture(account, card.picture))
        return {"external": shown, "at": time.time()}

    def _upload_picture(self, account: Account, picture: Picture) -> HttpAnswer:
        def body() -> dict[str, Any]:
            return {"data": picture.data, "headers": {"Content-Type": picture.mime}}

        return self._call(account, "com.atproto.repo.uploadBlob", body)

    def _upload_video(self, account: Account, attachment: Attachment) -> HttpAnswer:
        with open_attachment(attachment) as file:

            def body() -> dict[str, Any]:
                file.seek(0)
                headers = {"Content-Type": attachment.mime}
                return {"data": file, "length": attachment.size, "headers": headers}

            return self._call(account, "com.atproto.repo.uploadBlob", body)

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        handle = entered.get("handle", "").strip().lstrip("@").rstrip("/")
        password = entered.get("password", "").strip()
        typed = server_in(entered)
        server = typed or self._server_of(handle)
        redaction.hide(password)
        try:
            answer = log_in(Http(server, explain=explain), handle, password)
        except SignInAgain as error:
            raise Refused(
                translatable(
                    "Server",
                    "{host} did not accept this handle and password. Enter an app password, not "
                    "your account password.",
                ).format(host=urlsplit(server).hostname)
            ) from error
        access, refresh, did = session_of(answer)
        if claims_of(access).get("scope") == "com.atproto.access":
            raise Refused(
                translatable(
                    "Server",
                    "This is your account password. Create an app password in Bluesky's settings "
                    "and enter it here. You can revoke it at any time.",
                )
            )
        if not typed:
            server = _server_in(answer.object().get("didDoc")) or server
        profile = _profile(Http(server, explain=explain), access, did)
        secret: Secret = {"password": password, "refresh": refresh}
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        access = self._sessions.access(account, ahead=False)
        http = Http.of(account, explain=explain)
        try:
            return _profile(http, access, account.remote_id)
        except SessionEnded:
            self._sessions.forget(account, access)
            return _profile(http, self._sessions.access(account, ahead=False), account.remote_id)

    def revoke(self, account: Account) -> None:
        """End the session, and the app password with it where it is the only one: which of several
        is ours the server does not say."""
        access = self._sessions.access(account, ahead=False)
        http = Http.of(account, {"Authorization": f"Bearer {access}"}, explain)
        answer = http.ask("GET", "/xrpc/com.atproto.server.listAppPasswords")
        passwords = objects(answer.object().get("passwords"))
        names = [password.get("name") for password in passwords]
        if len(names) == 1 and isinstance(names[0], str):
            http.ask("POST", "/xrpc/com.atproto.server.revokeAppPassword", json={"name": names[0]})
            return
        self._sessions.end(account)
        raise Refused(
            translatable(
                "Server",
                "The session of {handle} has ended. You have {count} app passwords, so Posto "
                "does not know which one to delete. Delete it in Bluesky's settings.",
            ).format(handle=account.handle, count=len(names))
        )

    def _server_of(self, handle: str) -> str:
        """The server of an account, found by its handle or DID as everybody finds it."""
        if "@" in handle or "." not in handle.removeprefix("did:"):
            return self._entry  # an e-mail address, or a name without a domain
        did = handle if handle.startswith("did:") else self._did_of_stranger(handle)
        if did.startswith("did:web:"):
            url = f"https://{did.removeprefix('did:web:')}/.well-known/did.json"
        else:
            url = f"{self._directory}/{quote(did, safe=':')}"
        server = _server_in(Http(url).ask("GET", url).json())
        if not server:
            raise Refused(
                translatable(
                    "Server", "No server was found for {handle}. Enter its address."
                ).format(handle=handle)
            )
        return server

    def _did_of_stranger(self, handle: str) -> str:
        with contextlib.suppress(Refused):
            did = _resolved(Http(self._entry, explain=explain), handle)
            if did:
                return did
        raise Refused(
            translatable(
                "Server", "Bluesky has no account {handle}. Enter the full handle with its domain."
            ).format(handle=handle)
        )


def image_bytes() -> int:
    """The most bytes of a picture: what older servers take, too, which refuse more when the post is
    made and not before. What is larger is made smaller."""
    return int(networks().get("bluesky").part("image")["max_bytes"])


class _RecordKeys:
    """Timestamp identifiers: microseconds and a random number, each larger than the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        with self._lock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            number = (self._last << 10) | secrets.randbelow(1024)
        return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def _record(part: Part, record: Record) -> Record:
    """The post as it is kept at the server, the same each time."""
    moment = datetime.fromtimestamp(part.first_sent or time.time(), UTC)
    made: Record = {
        "$type": POSTS,
        "text": record["text"],
        "createdAt": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    text_facets = facets(record["text"], record["mentions"] or {})
    if text_facets:
        made["facets"] = text_facets
    embed = _embed(part, record)
    if embed:
        made["embed"] = embed
    if part.root is not None and part.answers is not None:
        made["reply"] = {"root": _reference(part.root), "parent": _reference(part.answers)}
    return made


def _reference(result: Result) -> Record:
    return {"uri": result.id, "cid": result.extra["cid"]}


def _embed(part: Part, record: Record) -> Record | None:
    if record["card"]:
        return {"$type": "app.bsky.embed.external", "external": record["card"]["external"]}
    if not part.media:
        return None
    files = []
    for number, attachment in enumerate(part.media):
        known = record["blobs"][str(number)]
        name = "video" if attachment.kind == "video" else "image"
        item: Record = {name: known["blob"], "alt": attachment.alt}
        if known["width"] and known["height"]:
            item["aspectRatio"] = {"width": known["width"], "height": known["height"]}
        files.append(item)
    if part.media[0].kind == "video":
        return {"$type": "app.bsky.embed.video", **files[0]}
    return {"$type": "app.bsky.embed.images", "images": files}


def _result(answer: HttpAnswer, account: Account, record: Record) -> Result | None:
    """Where the post is; None for an answer about anything else."""
    body = answer.object()
    uri, cid = body.get("uri"), body.get("cid")
    if uri != f"at://{account.remote_id}/{POSTS}/{record['rkey']}":
        return None
    if not isinstance(cid, str) or not cid:
        return None
    url = f"https://bsky.app/profile/{account.remote_id}/post/{record['rkey']}"
    return Result(uri, url, {"cid": cid})


def _blob(answer: HttpAnswer) -> Record:
    """What the server calls a file that it was handed."""
    blob = answer.object().get("blob")
    ref = blob.get("ref") if isinstance(blob, dict) else None
    link = ref.get("$link") if isinstance(ref, dict) else None
    if not isinstance(blob, dict) or blob.get("$type") != "blob" or not isinstance(link, str):
        raise answer.no_use()
    if not link or type(blob.get("size")) is not int or not isinstance(blob.get("mimeType"), str):
        raise answer.no_use()
    return blob


def _is_old(known: Record) -> bool:
    """Whether a server may have swept what it was handed."""
    return not 0 <= time.time() - known["at"] < BLOB_SECONDS


def _resolved(http: Http, handle: str) -> str:
    params = {"handle": handle}
    answer = http.ask("GET", "/xrpc/com.atproto.identity.resolveHandle", params=params)
    did = answer.object().get("did")
    return did if isinstance(did, str) and did.startswith("did:") else ""


def _server_in(document: object) -> str:
    """The address of the PDS in a DID document, "" without one."""
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            url = service.get("serviceEndpoint")
            if isinstance(url, str):
                return url.rstrip("/")
    return ""


def _profile(http: Http, access: str, did: str) -> Profile:
    session = http.ask(
        "GET",
        "/xrpc/com.atproto.server.getSession",
        headers={"Authorization": f"Bearer {access}"},
    )
    body = session.object()
    handle = body.get("handle")
    if body.get("did") != did or not isinstance(handle, str) or not handle:
        raise session.no_use()
    if body.get("active") is False:
        status = body.get("status") or translatable("Server", "not active")
        raise SignInAgain(
            translatable("Server", "{handle} is {status} at Bluesky.").format(
                handle=handle, status=status
            )
        )
    name, picture = _shown(http, did)
    return Profile(
        remote_id=did,
        handle=f"@{handle}",
        name=(name or handle)[:255],
        network="bluesky",
        link=f"https://bsky.app/profile/{did}",
        picture=picture,
        limits=LIMITS,
    )


def _shown(http: Http, did: str) -> tuple[str, str]:
    """The name and the picture of an account; both may be empty."""
    params = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
    try:
        value = (
            http.ask("GET", "/xrpc/com.atproto.repo.getRecord", params=params).object().get("value")
        )
    except NoRecord:
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    name, avatar = value.get("displayName"), value.get("avatar")
    ref = avatar.get("ref") if isinstance(avatar, dict) else None
    cid = ref.get("$link") if isinstance(ref, dict) else None
    picture = (
        f"{http.server}/xrpc/com.atproto.sync.getBlob?did={quote(did)}&cid={quote(cid)}"
        if isinstance(cid, str) and cid.isascii()
        else ""
    )
    return name if isinstance(name, str) else "", picture
