"""Publishing for Threads and Instagram: creates a media container, publishes it by id.

The container says afterwards whether it was.

They fetch pictures from a public address. Such an address is made by a WordPress site of the
person's own.
"""

from __future__ import annotations

import contextlib
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import quote

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import server_in, with_scheme
from posto_desktop.server.publishers.attachments import open_attachment, upload_each
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Connected,
    Field,
    Found,
    Part,
    Profile,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
    SignIn,
    TryLater,
)
from posto_desktop.server.publishers.checks import (
    id_of,
    is_web_address,
    objects,
    sent_since,
    time_of,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer, basic_header, token_header
from posto_desktop.server.publishers.meta import created, explain, graph_of

TOKEN_SECONDS = 60 * 86400
_PAGE = 25

HOST_FIELDS = (
    Field(
        "host",
        translatable("Server", "WordPress site for pictures"),
        is_required=False,
        hint=translatable(
            "Server", "Meta downloads pictures from a public address. https://example.com"
        ),
    ),
    Field("host_user", translatable("Server", "User name there"), is_required=False),
    Field(
        "host_password",
        translatable("Server", "Application password there"),
        is_secret=True,
        is_required=False,
    ),
)


class ContainerPublisher(Publisher):
    """A record has `text`, `media` by their numbers, and the id of the `container`."""

    ahead = 600.0
    usual_server: str
    state_field: str
    """Where a container says how far it is."""
    text_field: str
    """Where a post has its text."""
    picture_fields: Mapping[str, str] = {}
    """What a container of a picture says besides."""

    @abstractmethod
    def posts_path(self, account: Account) -> str:
        """Return the path of the account's posts, by which containers are made, too."""

    @abstractmethod
    def profile(self, http: Http, host: str, expires: int) -> Profile:
        """Return who the account is; `host` is the site for pictures."""

    @abstractmethod
    def has_container(self, part: Part) -> bool:
        """Return whether the container of the part can be made by now."""

    # -- publishing ------------------------------------------------------------------------------

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        record = upload_each(
            part, record, "media", keep, lambda attachment: _show(account, attachment)
        )
        if not self.has_container(part):
            return record
        http = graph_of(account)
        if not record["container"]:
            record = {**record, "container": self.make_container(http, account, part, record)}
            keep(record)
        self.require_finished(http, record["container"])
        return record

    def make_container(self, http: Http, account: Account, part: Part, record: Record) -> str:
        """Make a post that nobody sees yet, and return its id."""
        path = self.posts_path(account)
        pictures = [
            {
                **self.picture_fields,
                "image_url": record["media"][str(number)]["url"],
                **({"alt_text": attachment.alt} if attachment.alt else {}),
            }
            for number, attachment in enumerate(part.media)
        ]
        form: dict[str, Any] = {"media_type": "TEXT"}
        if len(pictures) == 1:
            form = dict(pictures[0])
        elif pictures:
            children = [
                created(http.ask("POST", path, form={**picture, "is_carousel_item": "true"}))
                for picture in pictures
            ]
            form = {"media_type": "CAROUSEL", "children": ",".join(children)}
        if record["text"]:
            form[self.text_field] = record["text"]
        if part.answers is not None:
            form["reply_to_id"] = part.answers.id
        return created(http.ask("POST", path, form=form))

    def require_finished(self, http: Http, container: str) -> None:
        """Raise TryLater while Meta works on what is to be published, Refused where it cannot."""
        named = self.state_field
        params = {"fields": f"{named},error_message" if named == "status" else named}
        facts = http.ask("GET", f"/{container}", params=params).object()
        state = facts.get(named)
        if state in ("ERROR", "EXPIRED"):
            raise Refused(
                (
                    translatable("Server", "Meta could not use a file.")
                    + f" {facts.get('error_message') or ''}"
                ).strip()
            )
        if state not in ("FINISHED", "PUBLISHED"):
            raise TryLater(translatable("Server", "Meta is still processing this post."), 5)

    def publish_container(self, http: Http, account: Account, container: str) -> Result:
        """Publish a container, and return the post with its link."""
        path = f"{self.posts_path(account)}_publish"
        number = created(http.publish("POST", path, form={"creation_id": container}))
        url: object = ""
        with contextlib.suppress(PublishError):
            params = {"fields": "permalink"}
            url = http.ask("GET", f"/{number}", params=params).object().get("permalink")
        return Result(number, url if is_web_address(url) else "")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if part.first_sent is None:
            return Found.NOT_SENT, None
        if part.number or not record["container"]:
            return Found.CANNOT_TELL, None
        http = graph_of(account)
        params = {"fields": self.state_field}
        container = http.ask("GET", f"/{record['container']}", params=params).object()
        state = container.get(self.state_field)
        if state != "PUBLISHED":
            return (Found.NOT_SENT if state == "FINISHED" else Found.CANNOT_TELL), None
        params = {"fields": f"id,permalink,{self.text_field},timestamp", "limit": str(_PAGE)}
        answer = http.ask("GET", self.posts_path(account), params=params)
        since = sent_since(part, answer)
        for post in objects(answer.object().get("data")):
            number, url = id_of(post.get("id")), post.get("permalink")
            is_new = number and number not in taken and time_of(post.get("timestamp")) >= since
            if is_new and str(post.get(self.text_field) or "").strip() == record["text"].strip():
                return Found.SENT, Result(number, url if is_web_address(url) else "")
        return Found.CANNOT_TELL, None

    def discard(self, account: Account, part: Part, record: Record) -> None:
        for known in record["media"].values():
            _hide(account, known)

    # -- accounts --------------------------------------------------------------------------------

    def connect(self, entered: Mapping[str, str], sign_in: SignIn) -> Connected:
        token = entered.get("token", "").strip()
        redaction.hide(token)
        if not token:
            raise Refused(translatable("Server", "Enter the access token."))
        server = server_in(entered, self.usual_server)
        host, more = _host_secret(entered)
        secret = {"token": token, **more}
        http = Http(server, headers=token_header(secret), explain=explain)
        expires = int(time.time()) + TOKEN_SECONDS
        return Connected(server, self.profile(http, host, expires), secret)

    def check(self, account: Account) -> Profile:
        host, expires = str(account.facts.get("host") or ""), account.facts.get("expires_at")
        return self.profile(graph_of(account), host, expires if type(expires) is int else 0)


# -- pictures --------------------------------------------------------------------------------------


def _host_secret(entered: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The address of the site for pictures, "" for none, and what is secret of it."""
    host = with_scheme(entered.get("host", "")).rstrip("/")
    user, password = entered.get("host_user", "").strip(), entered.get("host_password", "").strip()
    redaction.hide(password)
    if not host:
        return "", {}
    if not user or not password:
        raise Refused(
            translatable(
                "Server", "Also enter the user name and application password of your site."
            )
        )
    secret = {"host_user": user, "host_password": password}
    _host(host, secret, "").ask("GET", "/wp-json/wp/v2/users/me", params={"context": "edit"})
    return host, secret


def _host(host: str, secret: Mapping[str, str], proxy: str) -> Http:
    headers = basic_header(secret.get("host_user", ""), secret.get("host_password", ""))
    return Http(host, headers=headers, proxy=proxy, explain=_explain_host)


def _explain_host(answer: HttpAnswer) -> PublishError | None:
    if answer.status in (401, 403):
        return Refused(
            translatable(
                "Server", "{host} does not accept uploads with this user name and password."
            ).format(host=answer.host)
        )
    return None


def _show(account: Account, attachment: Attachment) -> Record:
    """The public address of a picture, and its id at the site."""
    host = str(account.facts.get("host") or "")
    if not host:
        raise Refused(
            translatable(
                "Server",
                "Meta downloads pictures from a public address. Connect the account again "
                "and enter a WordPress site of your own for them.",
            )
        )
    headers = {
        "Content-Type": attachment.mime,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}",
    }
    with open_attachment(attachment) as file:
        answer = _host(host, account.secret(), account.proxy).ask(
            "POST", "/wp-json/wp/v2/media", data=file, length=attachment.size, headers=headers
        )
    item = answer.object()
    number, url = id_of(item.get("id")), item.get("source_url")
    if not number or not is_web_address(url):
        raise answer.no_use()
    return {"url": url, "id": number}


def _hide(account: Account, known: Mapping[str, Any]) -> None:
    """Take a picture from the site again."""
    host = str(account.facts.get("host") or "")
    path = f"/wp-json/wp/v2/media/{known['id']}"
    _host(host, account.secret(), account.proxy).ask(
        "DELETE", path, params={"force": "true"}, missing_is_fine=True
    )
