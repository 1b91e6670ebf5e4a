"""Publisher for YouTube: videos on the user's own channel, with their own Google project.

A video is uploaded as a private one before, and made public by its id, which may be repeated.
Source: YouTube's Data API v3 and Google's OAuth 2.0. Never tried at YouTube itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server import redaction
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
    PublishError,
    RateLimited,
    Record,
    Refused,
    Result,
    Secret,
    SignIn,
    SignInAgain,
    TryLater,
    expiry_of,
)
from posto_desktop.server.publishers.checks import (
    check,
    figures,
    is_web_address,
    objects,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.oauth2 import authorize

SERVER = "https://www.googleapis.com"
SIGN_IN, TOKENS = "https://accounts.google.com", "https://oauth2.googleapis.com"
SCOPES = "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube"
MOST_TITLE, MOST_TEXT = 100, 5000
PEOPLE = "22"
"""The category "People & Blogs"."""
_MARGIN = 120.0
_FULL = ("quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded", "rateLimitExceeded")


class YouTube(Publisher):
    method = "youtube"
    further_parts = ""
    name = translatable("Server", "YouTube (your own project)")
    signs_in_by_browser = True
    settle = 0.0
    ahead = 600.0
    usual_budgets = (Budget(100, 86400),)
    fields = (
        Field(
            "client_id",
            translatable("Server", "Client ID"),
            hint=translatable("Server", "Use a client of the type Desktop app."),
        ),
        Field("client_secret", translatable("Server", "Client secret"), is_secret=True),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty."),
        ),
    )

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._access: dict[int, tuple[str, float, str]] = {}

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        if part.kind != "post":
            raise Refused(translatable("Server", "Posto cannot write comments on YouTube."))
        text = with_link(part)
        check(account, part, text)
        videos = [attachment for attachment in part.media if attachment.kind == "video"]
        if len(videos) != 1 or len(part.media) != 1:
            raise Refused(translatable("Server", "YouTube allows one video and no pictures."))
        title = part.title or part.text.strip().partition("\n")[0].strip()
        if not title:
            raise Refused(translatable("Server", "YouTube needs a title."))
        if len(title) > MOST_TITLE:
            raise Refused(
                translatable(
                    "Server",
                    "The title has {count} characters; YouTube allows {limit}. Shorten it.",
                ).format(count=len(title), limit=MOST_TITLE)
            )
        if set("<>") & set(title + text):
            raise Refused(
                translatable("Server", "YouTube does not allow < and > in titles and descriptions.")
            )
        return {"title": title, "text": text, "video": ""}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if record["video"] or not part.media:
            return record
        http = self._http(account)
        record = {**record, "video": _uploaded(http, part.media[0], record)}
        keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        status = {"privacyStatus": "public", "selfDeclaredMadeForKids": False}
        body = {"id": record["video"], "status": status}
        answer = self._http(account).publish(
            "PUT", "/youtube/v3/videos", params={"part": "status"}, json=body
        )
        video = answer.object()
        state = video.get("status")
        is_public = isinstance(state, dict) and state.get("privacyStatus") == "public"
        if video.get("id") != record["video"] or not is_public:
            raise answer.no_use()
        return _result(record)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None or not record["video"]:
            return Found.NOT_SENT, None
        params = {"part": "status", "id": record["video"]}
        answer = self._http(account).ask("GET", "/youtube/v3/videos", params=params)
        videos = objects(answer.object().get("items"))
        if not videos:
            return Found.CANNOT_TELL, None  # somebody has deleted it
        state = videos[0].get("status")
        is_public = isinstance(state, dict) and state.get("privacyStatus") == "public"
        return (Found.SENT, _result(record)) if is_public else (Found.NOT_SENT, None)

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        params = {"part": "statistics", "id": remote_id}
        answer = self._http(account).ask("GET", "/youtube/v3/videos", params=params)
        videos = objects(answer.object().get("items"))
        counts = videos[0].get("statistics") if videos else None
        named = (("Views", "viewCount"), ("Likes", "likeCount"), ("Comments", "commentCount"))
        return figures(counts, named) if isinstance(counts, dict) else []

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record["video"])

    def discard(self, account: Account, part: Part, record: Record) -> None:
        if record["video"]:
            params = {"id": record["video"]}
            self._http(account).ask(
                "DELETE", "/youtube/v3/videos", params=params, missing_is_fine=True
            )

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        client, hidden = (
            entered.get("client_id", "").strip(),
            entered.get("client_secret", "").strip(),
        )
        redaction.hide(hidden)
        if not client or not hidden:
            raise Refused(translatable("Server", "Enter the client ID and the client secret."))
        server = server_in(entered, SERVER)
        secret: Secret = {"client_id": client, "client_secret": hidden}
        refresh, access, ends = _signed_in(server, secret, sign_in)
        secret["refresh"] = refresh
        headers = {"Authorization": f"Bearer {access}"}
        profile = _profile(Http(server, headers=headers, explain=_explain), ends)
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        return _profile(self._http(account), expiry_of(account.facts))

    def revoke(self, account: Account) -> None:
        token = account.secret().get("refresh", "")
        Http(_place(account.server, TOKENS), proxy=account.proxy, explain=_explain_tokens).ask(
            "POST", "/revoke", form={"token": token}
        )
        with self._lock:
            self._access.pop(account.id, None)

    def _http(self, account: Account) -> Http:
        """The way to YouTube with an access token, which holds for an hour."""
        with self._lock:
            secret = account.secret()
            refresh = secret.get("refresh", "")
            access, until, of = self._access.get(account.id, ("", 0.0, ""))
            is_kept = bool(access) and of == refresh and time.monotonic() < until
            if not is_kept:
                with account.renewing():
                    secret = account.secret()
                    refresh = secret.get("refresh", "")
                    access, seconds, newer = _refreshed(account, secret)
                    if newer and newer != refresh:
                        # On the disk before it is used.
                        account.keep_secret({"refresh": newer})
                        refresh = newer
                until = time.monotonic() + seconds - _MARGIN
                self._access[account.id] = (access, until, refresh)

        def explain(answer: HttpAnswer) -> PublishError | None:
            if answer.status == 401 and is_kept:
                with self._lock:
                    self._access.pop(account.id, None)
                return TryLater(
                    translatable(
                        "Server", "The access to YouTube has expired. Posto is renewing it."
                    ),
                    1,
                )
            return _explain(answer)

        return Http.of(account, {"Authorization": f"Bearer {access}"}, explain)


def _place(server: str, usual: str) -> str:
    """Google's server for signing in, or the one address of a test."""
    return usual if server == SERVER else server


def _uploaded(http: Http, attachment: Attachment, record: Record) -> str:
    """The id of a private video. What was cut off is uploaded anew: nobody sees the rest."""
    body = {
        "snippet": {
            "title": record["title"],
            "description": record["text"],
            "categoryId": PEOPLE,
        },
        "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
    }
    headers = {
        "X-Upload-Content-Type": attachment.mime,
        "X-Upload-Content-Length": str(attachment.size),
    }
    params = {"uploadType": "resumable", "part": "snippet,status"}
    begun = http.ask("POST", "/upload/youtube/v3/videos", params=params, json=body, headers=headers)
    session = begun.headers.get("Location", "")
    host = (urlsplit(session).hostname or "") if is_web_address(session) else ""
    if not host.endswith(".googleapis.com") and not is_loopback(host):
        raise begun.no_use()
    with open_attachment(attachment) as file:
        sent = {"Content-Type": attachment.mime}
        answer = http.ask("PUT", session, data=file, length=attachment.size, headers=sent)
    number = answer.object().get("id")
    if not isinstance(number, str) or not _is_video(number):
        raise answer.no_use()
    return number


def _is_video(number: str) -> bool:
    return number.isascii() and number.replace("-", "").replace("_", "").isalnum()


def _result(record: Record) -> Result:
    return Result(record["video"], f"https://www.youtube.com/watch?v={record['video']}")


# -- signing in ------------------------------------------------------------------------------------


def _signed_in(server: str, secret: Secret, sign_in: SignIn) -> tuple[str, str, int]:
    """The refresh token and the first access token, which the person allows in the browser, and
    when the sign-in ends, 0 where Google does not say."""
    page = f"{_place(server, SIGN_IN)}/o/oauth2/v2/auth"
    form = authorize(sign_in, page, secret, SCOPES, access_type="offline", prompt="consent")
    try:
        answer = Http(_place(server, TOKENS), explain=_explain_tokens).ask(
            "POST", "/token", form=form
        )
    except SignInAgain as error:
        raise Refused(str(error)) from None
    tokens = answer.object()
    refresh, access = tokens.get("refresh_token"), tokens.get("access_token")
    if not isinstance(refresh, str) or not isinstance(access, str) or not refresh or not access:
        raise Refused(
            translatable(
                "Server",
                "Google did not grant lasting access. Try again and allow everything it asks for.",
            )
        )
    redaction.hide(refresh)
    redaction.hide(access)
    seconds = tokens.get("refresh_token_expires_in")  # while the project is in Testing
    ends = int(time.time()) + seconds if type(seconds) is int and seconds > 0 else 0
    return refresh, access, ends


def _refreshed(account: Account, secret: Mapping[str, str]) -> tuple[str, float, str]:
    """A new access token, its seconds, and a new refresh token, "" where the old one stays."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": secret.get("refresh", ""),
        "client_id": secret.get("client_id", ""),
        "client_secret": secret.get("client_secret", ""),
    }
    http = Http(_place(account.server, TOKENS), proxy=account.proxy, explain=_explain_tokens)
    answer = http.ask("POST", "/token", form=form)
    tokens = answer.object()
    access, seconds, newer = (
        tokens.get(name) for name in ("access_token", "expires_in", "refresh_token")
    )
    if not isinstance(access, str) or not access:
        raise answer.no_use()
    redaction.hide(access)
    newer = newer if isinstance(newer, str) else ""
    redaction.hide(newer)
    known = float(seconds) if type(seconds) is int and 0 < seconds < 10**6 else 600.0
    return access, known, newer


def _explain_tokens(answer: HttpAnswer) -> PublishError | None:
    name = answer.fields.get("error")
    if name == "invalid_grant":
        return SignInAgain(
            translatable(
                "Server",
                "Google has ended the sign-in. If this happens every seven days, your "
                'consent screen is still in "Testing". Publish it to "In production".',
            )
        )
    if name in ("invalid_client", "unauthorized_client"):
        return SignInAgain(
            translatable("Server", "Google no longer knows this client. Connect the account again.")
        )
    return None


def _explain(answer: HttpAnswer) -> PublishError | None:
    error = answer.fields.get("error")
    errors = objects(error.get("errors")) if isinstance(error, dict) else []
    if errors and errors[0].get("reason") in _FULL and answer.status in (400, 403, 429):
        return RateLimited(
            translatable("Server", "Your Google project has reached today's limit."), 3600
        )
    return None


def _profile(http: Http, ends: int) -> Profile:
    params: dict[str, Any] = {"part": "snippet", "mine": "true"}
    answer = http.ask("GET", "/youtube/v3/channels", params=params)
    channels = objects(answer.object().get("items"))
    if not channels:
        raise Refused(
            translatable("Server", "This Google account has no YouTube channel. Create one first.")
        )
    number, snippet = channels[0].get("id"), channels[0].get("snippet")
    if not isinstance(number, str) or not number or not _is_video(number):
        raise answer.no_use()
    known = snippet if isinstance(snippet, dict) else {}
    name, handle = known.get("title"), known.get("customUrl")
    return Profile(
        remote_id=number,
        handle=handle if isinstance(handle, str) and handle else number,
        name=(name if isinstance(name, str) and name else number)[:255],
        network="youtube_video",
        link=f"https://www.youtube.com/channel/{number}",
        facts={"expires_at": ends} if ends else {},
        limits=Limits(text=MOST_TEXT, unit="utf8_bytes", files=1, needs_media=True),
    )
