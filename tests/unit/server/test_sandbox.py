"""The sandbox's own rules and its promise: the same key never makes a second post."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.base import Account, Attachment, Found, Post, Refused
from posto_desktop.server.publishers.sandbox import Sandbox, check

HERE = Account(0, "sandbox", 1)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path / "sandbox")
    yield sandbox
    sandbox.close()


def picture(folder: Path, content: bytes = b"picture", mime: str = "image/png") -> Attachment:
    import hashlib

    name = hashlib.sha256(content).hexdigest()
    path = folder / name
    path.write_bytes(content)
    return Attachment(1, path, name, mime, "p.png", "", len(content))


def post(network: str = "mastodon", key: str = "k1", **changes: Any) -> Post:
    values = {"text": "Hello", **changes}
    return Post(
        key=key,
        posto_ref="ref",
        channel_id=1,
        channel_name="Sandbox",
        network=network,
        **values,
    )


def publish(sandbox: Sandbox, post: Post) -> Any:
    (part,) = sandbox.parts(post)
    record = sandbox.prepare(HERE, part)
    assert sandbox.lookup(HERE, part, record, ()) == (Found.NOT_SENT, None)
    record = sandbox.upload(HERE, part, record, lambda _saved: None)
    return record, sandbox.send(HERE, part, record)


def upload(sandbox: Sandbox, post: Post, record: dict[str, Any]) -> None:
    (part,) = sandbox.parts(post)
    sandbox.upload(HERE, part, record, lambda _saved: None)


def test_sending_again_gives_the_same_post(sandbox: Sandbox) -> None:
    sent = post()
    record, first = publish(sandbox, sent)
    (part,) = sandbox.parts(sent)
    assert sandbox.send(HERE, part, record) == first
    assert sandbox.lookup(HERE, part, record, ()) == (Found.SENT, first)
    assert sandbox.page(10, None)[1] == 1
    publish(sandbox, post(key="k2"))
    assert sandbox.page(10, None)[1] == 2


def test_media_are_copies_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    file = picture(tmp_path)
    record, _ = publish(sandbox, post(media=(file,)))
    upload(sandbox, post(media=(file,)), record)
    file.path.unlink()
    assert sandbox.media_path(file.sha256).read_bytes() == b"picture"


def test_media_that_vanished_are_a_refusal(sandbox: Sandbox, tmp_path: Path) -> None:
    file = picture(tmp_path)
    file.path.unlink()
    with pytest.raises(Refused, match=r"p\.png"):
        upload(sandbox, post(media=(file,)), {})


def test_unfinished_copies_are_swept_at_the_start(tmp_path: Path) -> None:
    unfinished = tmp_path / "sandbox" / "media" / "ab" / "abc.123"
    unfinished.parent.mkdir(parents=True)
    unfinished.touch()
    Sandbox(tmp_path / "sandbox").close()
    assert not unfinished.exists()


@pytest.mark.parametrize("name", ["../x", "a" * 63, "A" * 64, "/etc/passwd", ""])
def test_only_hashes_become_paths(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(ValueError):
        sandbox.media_path(name)


def test_a_post_is_opened_by_its_mark_alone(sandbox: Sandbox) -> None:
    record, result = publish(sandbox, post())
    assert sandbox.open_post(int(result.id), "wrong") is None
    assert sandbox.open_post(int(result.id), record["mark"]) is not None
    assert sandbox.insights(HERE, result.id) == [{"label": "Views", "value": 1}]
    assert sandbox.insights(HERE, "x") == []


@pytest.mark.parametrize(
    ("network", "changes", "why"),
    [
        ("instagram", {}, "at least one picture"),
        ("tiktok", {}, "at least one picture"),
        ("twitter", {"text": ""}, "needs a text"),
        ("telegram", {"text": "x" * 4097}, "4,096"),
        ("bluesky", {"text": "x" * 301}, "allows 300"),
        ("reddit", {}, "needs a title"),
    ],
)
def test_it_refuses_what_the_network_refuses(
    network: str, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        check(post(network, **changes))


def test_pictures_and_video_do_not_mix_where_the_network_forbids_it(tmp_path: Path) -> None:
    image = picture(tmp_path)
    video = picture(tmp_path, b"video", "video/mp4")
    check(post("twitter", media=(image, image)))
    check(post("twitter", media=(video,)))
    check(post("instagram", media=(image, video)))
    with pytest.raises(Refused, match="not both"):
        check(post("twitter", media=(image, video)))
    with pytest.raises(Refused, match="1 videos"):
        check(post("twitter", media=(video, video)))
    check(post("fb", text="", media=(image,)))


def test_beside_files_a_link_stands_in_the_text_where_the_network_puts_it(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    link = "https://example.com/cake"
    media = (picture(tmp_path),)
    publish(sandbox, post("twitter", "k1", link=link, media=media))
    publish(sandbox, post("mastodon", "k2", link=link, media=media, text=f"See {link}"))
    publish(sandbox, post("mastodon", "k3", link=link))
    publish(sandbox, post("bluesky", "k4", link=link, media=media))
    rows = {item["idempotency_key"]: item for item in sandbox.page(10, None)[0]}
    assert (rows["k1"]["text"], rows["k1"]["link"]) == (f"Hello\n{link}", "")
    assert (rows["k2"]["text"], rows["k2"]["link"]) == (f"See {link}", "")
    assert (rows["k3"]["text"], rows["k3"]["link"]) == ("Hello", link)
    assert (rows["k4"]["text"], rows["k4"]["link"]) == ("Hello", link)
