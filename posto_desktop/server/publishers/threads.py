"""Publisher for the user's own Threads account, with a token of their own app.

Source: Meta's Threads API. Never tried at Threads itself.
"""

from __future__ import annotations

from posto_desktop.common.budgets import Budget
from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import (
    Account,
    Field,
    Limits,
    Part,
    Profile,
    Record,
    Refused,
    Result,
)
from posto_desktop.server.publishers.checks import check, id_of, is_web_address, with_link
from posto_desktop.server.publishers.containers import HOST_FIELDS, ContainerPublisher
from posto_desktop.server.publishers.http import Http
from posto_desktop.server.publishers.meta import graph_of

MOST_TEXT, MOST_FILES, MOST_ALT = 500, 20, 1000
LIMITS = Limits(
    text=MOST_TEXT,
    files=MOST_FILES,
    alt=MOST_ALT,
    image_bytes=8 * 1024 * 1024,
    mime_types=("image/jpeg", "image/png"),
)


class Threads(ContainerPublisher):
    method = "threads"
    name = translatable("Server", "Threads (your own app)")
    usual_server = "https://graph.threads.net/v1.0"
    state_field = "status"
    text_field = "text"
    picture_fields = {"media_type": "IMAGE"}
    usual_budgets = (Budget(250, 86400),)
    fields = (
        Field(
            "token",
            translatable("Server", "Access token"),
            is_secret=True,
            hint=translatable(
                "Server",
                "From developers.facebook.com: your app, User Token Generator. Valid for 60 days.",
            ),
        ),
        *HOST_FIELDS,
        Field(
            "server",
            translatable("Server", "Server"),
            is_required=False,
            hint=translatable("Server", "Leave this empty."),
        ),
    )

    def posts_path(self, account: Account) -> str:
        return "/me/threads"

    def prepare(self, account: Account, part: Part) -> Record:
        text = with_link(part)
        check(account, part, text)
        if part.media and not account.facts.get("host"):
            raise Refused(
                translatable(
                    "Server",
                    "Threads downloads pictures from a public address. Connect the account again "
                    "and enter a WordPress site of your own for them.",
                )
            )
        return {"text": text, "media": {}, "container": ""}

    def has_container(self, part: Part) -> bool:
        """It says which post it answers, so that post has to be out."""
        return part.number == 0 or part.answers is not None

    def send(self, account: Account, part: Part, record: Record) -> Result:
        http = graph_of(account)
        container = record["container"]
        if not container:
            # The post before it has just gone out. Where Meta still works on this one, `upload`
            # makes another, which is kept.
            container = self.make_container(http, account, part, record)
            self.require_finished(http, container)
        return self.publish_container(http, account, container)

    def profile(self, http: Http, host: str, expires: int) -> Profile:
        params = {"fields": "id,username,name,threads_profile_picture_url"}
        answer = http.ask("GET", "/me", params=params)
        user = answer.object()
        number, name, picture = (
            id_of(user.get("id")),
            user.get("username"),
            user.get("threads_profile_picture_url"),
        )
        if not number or not isinstance(name, str) or not name:
            raise answer.no_use()
        return Profile(
            remote_id=number,
            handle=f"@{name}",
            name=str(user.get("name") or name)[:255],
            network="threads",
            link=f"https://www.threads.net/@{name}",
            picture=picture if is_web_address(picture) else "",
            facts={"host": host, "expires_at": expires},
            limits=LIMITS,
        )
