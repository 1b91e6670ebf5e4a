"""Reads the card of a link, for the app; `formats.page_card` parses it."""

from __future__ import annotations

import threading

from posto_desktop.common.translation import translate
from posto_desktop.formats.page_card import LinkCard, host_of, parse_card
from posto_desktop.sdk import web_pages
from posto_desktop.sdk.errors import Cancelled, MediaUploadError, PostoError
from posto_desktop.sdk.transport import Transport

__all__ = ["LinkCard", "LinkCardError", "fetch_card", "host_of"]


class LinkCardError(PostoError):
    """There is no card; `user_message` says why. The link can still be posted."""


def fetch_card(
    url: str, *, transport: Transport | None = None, cancel: threading.Event | None = None
) -> LinkCard:
    """Read a page's card. Blocks: for workers only. `transport` is `pages.outside_transport()`.

    Raises `LinkCardError`, and `Cancelled` when `cancel` was set.
    """
    client = transport if transport is not None else web_pages.outside_transport()
    try:
        page = web_pages.fetch_page(client, url, cancel=cancel)
    except MediaUploadError as error:
        raise LinkCardError(
            str(error), user_message=_explain(url, error), reason=error.reason
        ) from error
    except Cancelled:
        raise
    except PostoError as error:
        raise LinkCardError(
            str(error), user_message=_explain(url, error), reason=error.reason
        ) from error
    finally:
        if transport is None:
            client.close()
    return parse_card(page.body, page.url or url, page.content_type)


def _explain(url: str, error: PostoError) -> str:
    host = host_of(url)
    if error.reason == "private_address" and host:
        words = translate("LinkCards", "{host} is in a private network. No preview available.")
        return words.format(host=host)
    if error.reason == "private_address":
        return translate("LinkCards", "The address is in a private network. No preview available.")
    if error.reason == "offline" and host:
        words = translate("LinkCards", "{host} does not answer. No preview available.")
        return words.format(host=host)
    if error.reason == "offline":
        return translate("LinkCards", "The address does not answer. No preview available.")
    # This suffix belongs to requests to the service; a page is only read.
    return error.english_message.removesuffix(" Nothing was sent.")
