"""Publisher for a business or creator account on Instagram, with a token of the user's app.

Source: Meta's Instagram API with Instagram login. Never tried at Instagram itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Limits,
    Part,
    Profile,
    Record,
    Refused,
    Result,
    SignIn,
)
from posto_desktop.server.publishers.checks import check, id_of, is_web_address, with_link
from posto_desktop.server.publishers.containers import HOST_FIELDS, ContainerPublisher
from posto_desktop.server.publishers.http import Http
from posto_desktop.server.publishers.meta import created, graph_of

MOST_TEXT, MOST_FILES, MOST_ALT = 2200, 10, 1000
LIMITS = Limits(
    text=MOST_TEXT,
    files=MOST_FILES,
    alt=MOST_ALT,
    image_bytes=8 * 1024 * 1024,
    mime_types=("image/jpeg",),
    needs_media=True,
)


class Instagram(ContainerPublisher):
    method = "instagram"
    further_parts = "comments"
    name = translatable("Server", "Instagram (your own app)")
    usual_server = "https://graph.instagram.com/v23.0"
    state_field = "status_code"
    text_field = "caption"
    usual_budgets = (Budget(100, 86400),)
    fields = (
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            hint=(
                translatable(
                    "Server",
                    "From developers.facebook.com: your app, Instagram, Generate token. Valid "
                    "for 60 days.",
                )
            ),
        ),
        *(replace(field, is_required=True) for field in HOST_FIELDS),
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty."),
        ),
    )

    def posts_path(self, account: Account) -> str:
        return f"/{account.remote_id}/media"

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text)
        if part.kind != "post" and part.media:
            raise Refused(
                translatable(
                    "Server", "Instagram continues threads as comments, which cannot have pictures."
                )
            )
        return {"text": text, "media": {}, "container": ""}

    def has_container(self, part: Part) -> bool:
        """What follows the post is a comment."""
        return part.number == 0

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = graph_of(account)
        if part.root is None:
            return self.publish_container(http, account, record["container"])
        path = f"/{part.root.id}/comments"
        number = created(http.publish("POST", path, form={"message": record["text"]}))
        return Result(number, part.root.url)

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        if not entered.get("host", "").strip():
            raise Refused(
                translatable(
                    "Server",
                    "Instagram downloads pictures from a public address. Enter a WordPress site "
                    "of your own.",
                )
            )
        return super().connect(entered, sign_in)

    def profile(self, http: Http, host: str, expires: int) -> Profile:
        params = {"fields": "user_id,username,name,profile_picture_url,account_type"}
        answer = http.ask("GET", "/me", params=params)
        user = answer.object()
        number = id_of(user.get("user_id")) or id_of(user.get("id"))
        name, picture = user.get("username"), user.get("profile_picture_url")
        if not number.isdecimal() or not isinstance(name, str) or not name:
            raise answer.no_use()
        if user.get("account_type") == "PERSONAL":
            raise Refused(
                translatable(
                    "Server", "Instagram allows apps to post only to business and creator accounts."
                )
            )
        return Profile(
            remote_id=number,
            handle=f"@{name}",
            name=str(user.get("name") or name)[:255],
            network="instagram",
            link=f"https://www.instagram.com/{name}/",
            picture=picture if is_web_address(picture) else "",
            facts={"host": host, "expires_at": expires},
            limits=LIMITS,
        )
