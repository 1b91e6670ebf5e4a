"""Requests and errors shared by Threads, Instagram and Facebook."""

from __future__ import annotations

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.base import (
    Account,
    PublishError,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.checks import id_of
from posto_desktop.server.publishers.http import Http, HttpAnswer, token_header

_LIMITED = (4, 9, 17, 32, 613)
_TRANSIENT = (1, 2)


def graph_of(account: Account) -> Http:
    """Return the way to Meta's server with the token of an account."""
    return Http.of(account, token_header(account.secret()), explain)


def explain(answer: HttpAnswer) -> PublishError | None:
    """Meta's errors by their numbers."""
    error = answer.fields.get("error")
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    words = error.get("error_user_msg") or error.get("message")
    explanation = redaction.clean(str(words or ""))[:300]
    if code == 190 or answer.status == 401:
        return SignInAgain(
            (
                translatable("Server", "Meta no longer accepts the token.") + f" {explanation}"
            ).strip()
        )
    if code in _LIMITED or answer.status == 429:
        return RateLimited(
            (
                translatable("Server", "Meta accepts no more posts for now.") + f" {explanation}"
            ).strip(),
            600,
        )
    if code in _TRANSIENT or error.get("is_transient") is True:
        sentence = (
            translatable("Server", "Meta has a problem right now.") + f" {explanation}"
        ).strip()
        return Unclear(sentence) if answer.publishes else TryLater(sentence, 30)
    if answer.status < 500 and explanation:
        return Refused(f"Meta: {explanation}")
    return None


def created(answer: HttpAnswer) -> str:
    """The id in an answer."""
    number = id_of(answer.object().get("id"))
    if not number.replace("_", "").isdecimal():
        raise answer.no_use()
    return number
