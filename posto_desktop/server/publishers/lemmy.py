"""Publisher for Lemmy: posts in communities, with the user's account.

A post has a title; where none is given the first line of the text is it, and the rest is below it.
The first picture is what the post links to, further ones stand in the text. Source: Lemmy's API v3.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_of
from posto_desktop.server.publishers.attachments import upload_each
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
    Target,
)
from posto_desktop.server.publishers.checks import (
    check,
    figures,
    id_of,
    objects,
    sent_since,
    time_of,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header
from posto_desktop.server.publishers.multipart import Form

MOST_TITLE, MOST_BODY, MOST_COMMENT = 200, 50_000, 10_000
_PAGE = 50
_ENDED = ("not_logged_in", "incorrect_login", "user_does_not_exist", "deleted", "site_ban")


class Lemmy(Publisher):
    method = "lemmy"
    name = "Lemmy"
    numbers_apart = True
    ahead = 600.0
    fields = (
        Field("server", translatable("Server", "Server"), hint="lemmy.world"),
        Field("user", translatable("Server", "User name or mail address")),
        Field(
            "password",
            translatable("Server", "Password"),
            is_secret=True,
            hint=translatable("Server", "Used once to sign in, never saved."),
        ),
        Field("code", translatable("Server", "Two-factor code"), is_required=False),
    )

    # -- publishing ------------------------------------------------------------------------------

    def prepare(self, account: Account, part: Part) -> Record:
        if part.kind != "post":
            checked = replace(account, limits=replace(account.limits, text=MOST_COMMENT))
            check(checked, part, part.text)
            return {"text": part.text, "media": {}}
        first, _, below_title = part.text.partition("\n")
        title, body = part.title, part.text
        if title in ("", first.strip()):  # a line is not written twice
            title, body = first.strip(), below_title.strip()
        check(account, part, body or title)
        if not title:
            raise Refused(
                translatable(
                    "Server", "Lemmy needs a title, or a text with a first line to use as one."
                )
            )
        if len(title) > MOST_TITLE:
            sentence = (
                translatable(
                    "Server",
                    "The title has {count} characters; Lemmy allows {limit}. Enter a "
                    "shorter title.",
                )
                if part.title
                else translatable(
                    "Server",
                    "The first line, which is the title, has {count} characters; Lemmy allows "
                    "{limit}. Enter a shorter title.",
                )
            )
            raise Refused(sentence.format(count=len(title), limit=MOST_TITLE))
        nsfw = part.post.extra.get("sensitive") is True
        return {"title": title, "text": body, "media": {}, "nsfw": nsfw}

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        return upload_each(
            part, record, "media", keep, lambda attachment: _uploaded(account, attachment)
        )

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = _http(account)
        if part.kind != "post":
            return self._comment(http, account, part, record)
        body: dict[str, Any] = {
            "name": record["title"],
            "community_id": int(account.target),
            "nsfw": record["nsfw"],
        }
        url, text, alt = _place(part, record)
        body |= {name: value for name, value in (("url", url), ("body", text)) if value}
        if alt:
            body["alt_text"] = alt
        answer = http.publish("POST", "/api/v3/post", json=body)
        result = _post_result(account, answer.object().get("post_view"))
        if result is None:
            raise answer.no_use()
        return result

    def _comment(self, http: Http, account: Account, part: Part, record: Record) -> Result:
        if part.root is None or part.answers is None:
            raise Refused(translatable("Server", "There is no post to comment on."))
        text = "\n\n".join([record["text"], *_shown(part, record)]).strip()
        body: dict[str, Any] = {"content": text, "post_id": int(part.root.id)}
        if part.answers.id != part.root.id:
            body["parent_id"] = int(part.answers.id.removeprefix("c"))
        answer = http.publish("POST", "/api/v3/comment", json=body)
        result = _comment_result(account, answer.object().get("comment_view"))
        if result is None:
            raise answer.no_use()
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        is_post = part.kind == "post"
        params: dict[str, Any] = {"sort": "New", "limit": _PAGE}
        if is_post:
            params |= {"community_id": account.target}
        elif part.root is not None:
            params |= {"post_id": part.root.id}
        path = f"/api/v3/{'post' if is_post else 'comment'}/list"
        answer = _http(account).ask("GET", path, params=params)
        since = sent_since(part, answer)
        views = answer.object().get("posts" if is_post else "comments")
        if not isinstance(views, list):
            raise answer.no_use()
        recent = [view for view in objects(views) if _time(view, is_post) >= since]
        for view in recent:
            result = _post_result(account, view) if is_post else _comment_result(account, view)
            is_free = result is not None and result.id not in taken
            if is_free and _is_same(view, account, part, record):
                return Found.SENT, result
        return (Found.CANNOT_TELL if len(recent) >= _PAGE else Found.NOT_SENT), None

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        answer = _http(account).ask("GET", "/api/v3/post", params={"id": remote_id})
        view = answer.object().get("post_view")
        counts = view.get("counts") if isinstance(view, dict) else None
        named = (("Score", "score"), ("Comments", "comments"))
        return figures(counts, named) if isinstance(counts, dict) else []

    def discard(self, account: Account, part: Part, record: Record) -> None:
        for known in record["media"].values():
            if known["token"]:
                path = f"/pictrs/image/delete/{quote(known['token'])}/{quote(known['file'])}"
                with contextlib.suppress(Refused):
                    _http(account).ask("GET", path, missing_is_fine=True)

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        server, password = server_of(entered.get("server", "")), entered.get("password", "")
        redaction.hide(password)
        body = {"username_or_email": entered.get("user", "").strip(), "password": password}
        if entered.get("code", "").strip():
            body["totp_2fa_token"] = entered["code"].strip()
        try:
            answer = Http(server, explain=_explain).ask("POST", "/api/v3/user/login", json=body)
        except SignInAgain:
            raise Refused(
                translatable("Server", "The name, the password or the code is wrong.")
            ) from None
        token = answer.object().get("jwt")
        if not isinstance(token, str) or not token:
            raise answer.no_use()
        redaction.hide(token)
        secret: Secret = {"token": token}
        http = Http(server, headers=token_header(secret), explain=_explain)
        return Connected(server, _profile(http), secret)

    def check(self, account: Account) -> Profile:
        return _profile(_http(account))

    def revoke(self, account: Account) -> None:
        _http(account).ask("POST", "/api/v3/user/logout", json={})


# -- posts -----------------------------------------------------------------------------------------


def _uploaded(account: Account, attachment: Attachment) -> Record:
    headers = {"Cookie": f"jwt={account.secret().get('token', '')}"}  # of older servers
    with Form({}, "images[]", attachment) as form:
        answer = _http(account).ask(
            "POST",
            "/pictrs/image",
            data=form,
            length=form.length,
            headers={**form.headers, **headers},
        )
    files = objects(answer.object().get("files"))
    name = files[0].get("file") if files else None
    if not isinstance(name, str) or not name.isprintable() or not name:
        raise answer.no_use()
    token = files[0].get("delete_token")
    return {
        "url": f"{account.server}/pictrs/image/{quote(name)}",
        "file": name,
        "token": token if isinstance(token, str) else "",
    }


def _shown(part: Part, record: Record, first: int = 0) -> list[str]:
    """Pictures as they stand in a text."""
    pictures = []
    for number, attachment in list(enumerate(part.media))[first:]:
        alt = attachment.alt.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
        pictures.append(f"![{' '.join(alt.split())}]({record['media'][str(number)]['url']})")
    return pictures


def _place(part: Part, record: Record) -> tuple[str, str, str]:
    """What a post links to, its text, and the description of a picture that it links to."""
    is_picture = bool(part.media) and not part.link
    url = record["media"]["0"]["url"] if is_picture else part.link
    text = "\n\n".join([record["text"], *_shown(part, record, int(is_picture))]).strip()
    return url, text, part.media[0].alt if is_picture else ""


def _post_result(account: Account, view: object) -> Result | None:
    post = view.get("post") if isinstance(view, dict) else None
    number = id_of(post.get("id")) if isinstance(post, dict) else ""
    if not number.isdecimal():
        return None
    return Result(number, f"{account.server}/post/{number}")


def _comment_result(account: Account, view: object) -> Result | None:
    """Posts and comments are numbered apart, so that ours of comments begin with a letter."""
    comment = view.get("comment") if isinstance(view, dict) else None
    number = id_of(comment.get("id")) if isinstance(comment, dict) else ""
    if not number.isdecimal():
        return None
    return Result(f"c{number}", f"{account.server}/comment/{number}")


def _time(view: Mapping[str, Any], is_post: bool) -> float:
    thing = view.get("post" if is_post else "comment")
    published = str(thing.get("published") if isinstance(thing, dict) else "")
    return time_of(published)


def _is_same(view: Mapping[str, Any], account: Account, part: Part, record: Record) -> bool:
    creator = view.get("creator")
    if not isinstance(creator, dict) or id_of(creator.get("id")) != account.remote_id:
        return False
    if part.kind == "post":
        post = view.get("post")
        url, text, _ = _place(part, record)
        known = post if isinstance(post, dict) else {}
        is_there = (known.get("url") or "", str(known.get("body") or "").strip())
        return known.get("name") == record["title"] and is_there == (url, text)
    comment = view.get("comment")
    known = comment if isinstance(comment, dict) else {}
    text = "\n\n".join([record["text"], *_shown(part, record)]).strip()
    return str(known.get("content") or "").strip() == text


# -- accounts --------------------------------------------------------------------------------------


def _http(account: Account) -> Http:
    return Http.of(account, token_header(account.secret()), _explain)


def _explain(answer: HttpAnswer) -> PublishError | None:
    name = answer.fields.get("error")
    if name in ("rate_limit_error", "rate_limited") and answer.status != 429:
        return RateLimited(
            translatable("Server", "{host} accepts no more requests for now.").format(
                host=answer.host
            ),
            60,
        )
    if name in _ENDED:
        return answer.sign_in_again()
    if name == "missing_totp_token":
        return Refused(translatable("Server", "Also enter your two-factor code."))
    return None


def _profile(http: Http) -> Profile:
    answer = http.ask("GET", "/api/v3/site")
    user = answer.object().get("my_user")
    if not isinstance(user, dict):
        raise SignInAgain(
            translatable("Server", "{host} does not accept the sign-in. Sign in again.").format(
                host=http.host
            )
        )
    view = user.get("local_user_view")
    person = view.get("person") if isinstance(view, dict) else None
    number = id_of(person.get("id")) if isinstance(person, dict) else ""
    if not isinstance(person, dict) or not number or not isinstance(person.get("name"), str):
        raise answer.no_use()
    targets = _communities(user.get("follows"))
    if not targets:
        raise Refused(
            translatable(
                "Server", "You have not joined any community. Join the one you want to post to."
            )
        )
    picture, link = person.get("avatar"), person.get("actor_id")
    return Profile(
        remote_id=number,
        handle=f"@{person['name']}@{urlsplit(http.server).netloc}",
        name=str(person.get("display_name") or person["name"])[:255],
        network="lemmy",
        link=link if isinstance(link, str) else "",
        picture=picture if isinstance(picture, str) else "",
        limits=Limits(text=MOST_BODY, unit="code_points", mime_types=_PICTURES),
        targets=tuple(targets),
    )


_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")


def _communities(follows: object) -> list[Target]:
    targets: list[Target] = []
    for follow in objects(follows):
        community = follow.get("community")
        number = id_of(community.get("id")) if isinstance(community, dict) else ""
        if number.isdecimal() and isinstance(community, dict):
            name, link = community.get("title") or community.get("name"), community.get("actor_id")
            shown = link if isinstance(link, str) else ""
            targets.append(Target(number, str(name or number)[:255], shown, "lemmy"))
    return targets
