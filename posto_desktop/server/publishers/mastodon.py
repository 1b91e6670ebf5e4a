"""Publisher for the Mastodon API: Mastodon, snac2, GoToSocial, Pixelfed, Pleroma and others.

What a server can do is asked of the server. A key against second posts is trusted only where the
software is known to honour it; elsewhere the account's own posts are looked through.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_of
from posto_desktop.server.publishers.base import (
    TEST_TEXT,
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
    Record,
    Refused,
    Result,
    Rights,
    Secret,
    SignIn,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.checks import (
    bare,
    check,
    figures,
    id_of,
    objects,
    text_of_html,
    with_link,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header
from posto_desktop.server.publishers.mastodon_servers import facts_of_server
from posto_desktop.server.publishers.multipart import Form
from posto_desktop.server.publishers.oauth2 import authorize
from posto_desktop.server.publishers.pictures import Picture, fitted_to, scaled_note

SCOPES = "read:accounts read:statuses write:statuses write:media"
OLD_SCOPES = "read write"
_BUDGETED = ("mastodon", "glitchsoc")
KEY_SECONDS = 50 * 60.0
"""Mastodon keeps a key for an hour."""
SIDE = 4096
"""Pixels of the longer side of a picture that is made smaller."""
_PAGE = 40
_LEAST_PAGE = 20
"""What a server shows of an account's posts at least, whatever it is asked for."""
_MOST_PAGES = 10
_ALIKE = 0.6
_KEEP_DIRECT = ("mastodon", "glitchsoc", "gotosocial", "pleroma", "akkoma")
"""What keeps a post without a mention to its author: snac2 shows it to whoever has its address."""
_VISIBILITIES = ("public", "unlisted", "private", "direct")


class Mastodon(Publisher):
    method = "mastodon"
    name = translatable("Server", "Mastodon and compatible servers")
    ahead = 600.0
    signs_in_by_browser = True
    usual_budgets = (Budget(300, 3 * 3600), Budget(30, 30 * 60, "files"))
    fields = (
        Field(
            "server",
            translatable("Server", "Server or handle"),
            hint="mastodon.social or @you@mastodon.social",
        ),
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            is_required=False,
            hint=translatable("Server", "Leave this empty to sign in with the browser."),
        ),
    )

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text, scales=True)
        extra = part.post.extra
        visibility = extra.get("visibility")
        warning = extra.get("spoiler_text")
        return {
            "text": text,
            "key": part.key if account.facts.get("honours_keys") is True else "",
            "media": {},
            "notes": [],
            "visibility": visibility if visibility in _VISIBILITIES else "",
            "spoiler_text": warning if isinstance(warning, str) else "",
            "sensitive": extra.get("sensitive") is True,
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        http = _http(account)
        if "seen" not in record:
            # What is there before: a look-up needs no clock, then, neither ours nor the server's.
            record = {**record, "seen": _seen(http, account)}
            keep(record)
        for number, attachment in enumerate(part.media):
            known = record["media"].get(str(number))
            if known is None:
                picture = fitted_to(account.limits, attachment, SIDE)
                known = _upload(http, attachment, picture)
                record = {**record, "media": {**record["media"], str(number): known}}
                if picture is not None:
                    record["notes"] = [*record["notes"], scaled_note(attachment, picture)]
                keep(record)
            if not known["ready"]:
                _require_ready(http, known["id"])
                known = {**known, "ready": True}
                record = {**record, "media": {**record["media"], str(number): known}}
                keep(record)
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        body: dict[str, Any] = {"status": record["text"]}
        if record["media"]:
            body["media_ids"] = _media_ids(record)
        if part.answers is not None:
            body["in_reply_to_id"] = part.answers.id
        for name in ("visibility", "spoiler_text", "sensitive"):
            if record[name]:
                body[name] = record[name]
        headers = {"Idempotency-Key": record["key"]} if record["key"] else {}
        answer = _http(account).publish("POST", "/api/v1/statuses", json=body, headers=headers)
        result = _result(answer.object())
        if result is None:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        seen = record.get("seen")
        if not isinstance(seen, list):
            return Found.CANNOT_TELL, None
        statuses, is_whole = _own_since(_http(account), account, seen)
        alike = False
        for status in statuses:
            result = _result(status)
            if result is None or result.id in taken or result.id in seen:
                continue
            if _is_same(status, part, record):
                return Found.SENT, result
            alike = alike or _is_alike(status, part, record)
        if alike or not is_whole:
            return Found.CANNOT_TELL, None
        return Found.NOT_SENT, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return bool(record["key"]) and age < KEY_SECONDS

    def discard(self, account: Account, part: Part, record: Record) -> None:
        """Servers without this sweep what no post refers to."""
        for number in _media_ids(record):
            with contextlib.suppress(Refused):
                _http(account).ask("DELETE", f"/api/v1/media/{number}", missing_is_fine=True)

    def find(
        self, account: Account, part: Part, record: Record, link: str, taken: Collection[str]
    ) -> Result | None:
        if not link:
            return super().find(account, part, record, link, taken)
        http, address = _http(account), link.rstrip("/")
        pages = _pages(http, account)
        with contextlib.suppress(Refused):  # the token may not read them
            if (result := _at_address(next(pages).own, address)) is not None:
                return result
        # Older than what is listed: most servers have the id at the end of the address.
        number = id_of(urlsplit(address).path.rpartition("/")[2])
        status: object = None
        if number:
            path = f"/api/v1/statuses/{quote(number)}"
            status = http.ask("GET", path, missing_is_fine=True).json()
        if isinstance(status, dict) and isinstance(status.get("account"), dict):
            result = _result(status) if _is_own(status, account) else None
        else:
            matches = (_at_address(page.own, address) for page in pages)
            result = next(filter(None, matches), None)
        if result is None:
            raise Refused(
                translatable("Server", "{handle} has no post at this address.").format(
                    handle=account.handle
                )
            )
        return result

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        status = _http(account).ask("GET", f"/api/v1/statuses/{remote_id}").object()
        named = (
            ("Replies", "replies_count"),
            ("Boosts", "reblogs_count"),
            ("Favourites", "favourites_count"),
        )
        return figures(status, named)

    # -- accounts --------------------------------------------------------------------------------

    def budgets(self, account: Account) -> tuple[Budget, ...]:
        return super().budgets(account) if account.facts.get("software") in _BUDGETED else ()

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        server = server_of(entered.get("server", ""))
        http = Http(server)
        facts, limits = facts_of_server(http)
        token = entered.get("token", "").strip()
        scopes: Collection[str] = ()
        secret: Secret = {"token": token}
        if not token:
            secret, scopes = _sign_in(http, sign_in)
        for value in secret.values():
            redaction.hide(value)
        signed_in = Http(server, headers=token_header(secret))
        profile = _profile(signed_in, facts, limits)
        rights = _rights(scopes or _scopes_of_app(signed_in))
        profile = replace(profile, rights=rights)
        return Connected(server, profile, secret)

    def check(self, account: Account) -> Profile:
        http = _http(account)
        facts, limits = facts_of_server(http)
        return _profile(http, facts, limits)

    def test_words(self, account: Account) -> str:
        if account.facts.get("software") not in _KEEP_DIRECT:
            return ""
        return translatable(
            "Server",
            "A test post is visible only to the people it mentions, and it mentions nobody.",
        )

    def send_test(self, account: Account) -> Result:
        body = {"status": TEST_TEXT, "visibility": "direct"}
        answer = _http(account).publish("POST", "/api/v1/statuses", json=body)
        status = answer.object()
        result = _result(status)
        if result is None:
            raise answer.no_use()
        if status.get("visibility") != "direct":
            self.delete_test(account, result)
            raise Refused(
                translatable(
                    "Server", "{host} showed the test post to others, so Posto deleted it."
                ).format(host=answer.host)
            )
        return result

    def delete_test(self, account: Account, post: Result) -> None:
        path = f"/api/v1/statuses/{quote(post.id, safe='')}"
        _http(account).ask("DELETE", path, missing_is_fine=True)

    def revoke(self, account: Account) -> None:
        secret = account.secret()
        if not secret.get("client_id"):
            raise Refused(
                translatable(
                    "Server",
                    "The access token of {handle} stays valid. Delete it in the settings of "
                    "{host}.",
                ).format(handle=account.handle, host=urlsplit(account.server).hostname)
            )
        form = {name: secret[name] for name in ("client_id", "client_secret", "token")}
        _http(account).ask("POST", "/oauth/revoke", form=form)


def _http(account: Account) -> Http:
    return Http.of(account, token_header(account.secret()), _explain)


def _explain(answer: HttpAnswer) -> PublishError | None:
    sentence = answer.error_sentence
    if answer.publishes and answer.status in (409, 422) and "duplicate" in sentence.lower():
        return Unclear(f"{answer.host}: {sentence}")
    if answer.status == 422 and "processing" in sentence.lower():
        return TryLater(f"{answer.host}: {sentence}", 5)
    return None


def _upload(http: Http, attachment: Attachment, picture: Picture | None) -> dict[str, Any]:
    for path in ("/api/v2/media", "/api/v1/media"):
        with Form(
            {"description": attachment.alt} if attachment.alt else {}, "file", attachment, picture
        ) as form:
            answer = http.ask(
                "POST",
                path,
                **form.request,
                missing_is_fine=path.startswith("/api/v2"),
            )
        if answer.status != 404:
            break
    body = answer.object()
    number = id_of(body.get("id"))
    if not number:
        raise answer.no_use()
    return {"id": number, "ready": answer.status != 202}


def _require_ready(http: Http, number: str) -> None:
    """Raise TryLater while the server still works on a file."""
    answer = http.ask("GET", f"/api/v1/media/{number}")
    if answer.status == 206 or not answer.object().get("url"):
        raise TryLater(
            translatable("Server", "{host} is still processing a file of this post.").format(
                host=http.host
            ),
            3,
        )


def _media_ids(record: Record) -> list[str]:
    return [
        str(file["id"])
        for _, file in sorted(record["media"].items(), key=lambda pair: int(pair[0]))
    ]


def _result(status: Mapping[str, Any]) -> Result | None:
    number = id_of(status.get("id"))
    url = status.get("url") or status.get("uri") or ""
    return Result(number, url if isinstance(url, str) else "") if number else None


# -- looking for a post ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Page:
    """Newer posts of an account before older ones. `last` is the id of the oldest one that is
    listed, whoever wrote it; with `is_end` none is older."""

    own: list[dict[str, Any]]
    ids: list[str]
    is_end: bool

    @property
    def last(self) -> str:
        return self.ids[-1] if self.ids else ""


def _page(http: Http, account: Account, before: str = "") -> _Page:
    """The newest posts, or those before the one with an id.

    snac2 lists an account's public posts alone, so its home timeline is asked, which has posts of
    others, too.
    """
    path = f"/api/v1/accounts/{account.remote_id}/statuses"
    if account.facts.get("software") == "snac":
        path = "/api/v1/timelines/home"
    params: dict[str, Any] = {"limit": _PAGE, "exclude_reblogs": "true"}
    if before:
        params["max_id"] = before
    listed = objects(http.ask("GET", path, params=params).list())
    return _Page(
        [status for status in listed if _is_own(status, account)],
        [id_of(status.get("id")) for status in listed],
        len(listed) < _LEAST_PAGE,
    )


def _pages(http: Http, account: Account) -> Iterator[_Page]:
    """The pages from the newest on, as far as a server knows pages."""
    page = _page(http, account)
    yield page
    for _ in range(_MOST_PAGES - 1):
        if page.is_end:
            return
        older = _page(http, account, page.last)
        if older.last == page.last:
            return  # the same page again
        page = older
        yield page


def _seen(http: Http, account: Account) -> list[str] | None:
    """The ids of the newest posts; None where the token may not read them."""
    try:
        return _page(http, account).ids
    except Refused:
        return None


def _own_since(
    http: Http, account: Account, seen: Collection[str]
) -> tuple[list[dict[str, Any]], bool]:
    """The account's posts back to those in `seen`, and whether none is left out."""
    own: list[dict[str, Any]] = []
    for page in _pages(http, account):
        own += page.own
        if (
            page.is_end
            or page.last in seen
            or any(id_of(post.get("id")) in seen for post in page.own)
        ):
            return own, True
    return own, False


def _at_address(statuses: Iterable[Mapping[str, Any]], address: str) -> Result | None:
    for status in statuses:
        if address in (str(status.get(name)).rstrip("/") for name in ("url", "uri")):
            return _result(status)
    return None


def _is_own(status: Mapping[str, Any], account: Account) -> bool:
    """Whether a post of a list is the account's; lists of its own posts need not say so."""
    author = status.get("account")
    return not isinstance(author, dict) or id_of(author.get("id")) == account.remote_id


def _is_same(status: Mapping[str, Any], part: Part, record: Record) -> bool:
    parent = status.get("in_reply_to_id")
    expected_parent = part.answers.id if part.answers else None
    if (parent is None) != (expected_parent is None) or (
        expected_parent and str(parent) != expected_parent
    ):
        return False
    files = objects(status.get("media_attachments"))
    if len(files) != len(part.media):
        return False
    ids = _media_ids(record)
    if ids and [str(file.get("id")) for file in files] == ids:
        return True
    if [str(file.get("description") or "") for file in files] != [
        attachment.alt for attachment in part.media
    ]:
        return False
    return bare(text_of_html(str(status.get("content") or ""))) == bare(record["text"])


def _is_alike(status: Mapping[str, Any], part: Part, record: Record) -> bool:
    """Whether a post may be this one with the server's changes."""
    files = objects(status.get("media_attachments"))
    if len(files) != len(part.media):
        return False
    published_text = bare(text_of_html(str(status.get("content") or "")))[:2000]
    sent_text = bare(record["text"])[:2000]
    return difflib.SequenceMatcher(None, published_text, sent_text, autojunk=False).ratio() > _ALIKE


# -- connecting ------------------------------------------------------------------------------------


def _sign_in(http: Http, sign_in: SignIn) -> tuple[Secret, list[str]]:
    """Register this program at the server, have the person allow it, and fetch a token; also what
    it is for."""
    scopes, app = _register(http, sign_in.listen())
    form = authorize(sign_in, f"{http.server}/oauth/authorize", app, scopes)
    answer = http.ask("POST", "/oauth/token", form={**form, "scope": scopes})
    body = answer.object()
    token = body.get("access_token")
    if not isinstance(token, str) or not token:
        raise Refused(
            translatable("Server", "{host} did not grant access. Try again.").format(host=http.host)
        )
    return {"token": token, **app}, str(body.get("scope") or "").split()


def _scopes_of_app(http: Http) -> list[str]:
    """What a pasted token's app asked for; [] where the server does not say (before 4.3)."""
    with contextlib.suppress(PublishError):
        answer = http.ask("GET", "/api/v1/apps/verify_credentials", missing_is_fine=True)
        scopes = answer.object().get("scopes")
        return (
            [scope for scope in scopes if isinstance(scope, str)]
            if isinstance(scopes, list)
            else []
        )
    return []


def _rights(scopes: Collection[str]) -> Rights:
    if not scopes:
        return Rights()
    publish, upload = (
        "write" in scopes or f"write:{part}" in scopes for part in ("statuses", "media")
    )
    missing = (
        ""
        if publish and upload
        else translatable("Server", "A token needs write:statuses and write:media.")
    )
    return Rights(publish, upload, missing)


def _register(http: Http, redirect: str) -> tuple[str, Secret]:
    for scopes in (SCOPES, OLD_SCOPES):
        form = {"client_name": "Posto Desktop", "redirect_uris": redirect, "scopes": scopes}
        try:
            body = http.ask("POST", "/api/v1/apps", form=form).object()
        except Refused:
            if scopes == OLD_SCOPES:
                raise
            continue
        app = {name: body.get(name) for name in ("client_id", "client_secret")}
        if all(isinstance(value, str) and value for value in app.values()):
            return scopes, {name: str(value) for name, value in app.items()}
        break
    raise Refused(
        translatable("Server", "{host} does not allow this sign-in. Paste an access token.").format(
            host=http.host
        )
    )


def _profile(http: Http, facts: Record, limits: Limits) -> Profile:
    try:
        answer = http.ask("GET", "/api/v1/accounts/verify_credentials")
    except Refused:  # 403, 422 and others, for a token that is none
        raise SignInAgain(
            translatable("Server", "{host} does not accept the sign-in. Sign in again.").format(
                host=http.host
            )
        ) from None
    body = answer.object()
    number, name = id_of(body.get("id")), str(body.get("acct") or body.get("username") or "")
    if not number or not name:
        raise answer.no_use()
    host = urlsplit(http.server).netloc
    link, picture = body.get("url"), body.get("avatar")
    return Profile(
        remote_id=number,
        handle=f"@{name}@{host}",
        name=str(body.get("display_name") or name)[:255],
        network="mastodon",
        link=link if isinstance(link, str) else "",
        picture=picture if isinstance(picture, str) else "",
        facts=facts,
        limits=limits,
    )
