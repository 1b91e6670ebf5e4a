"""The sign-in check and uploads against a real WordPress."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from PIL import Image

from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.connect import SignIn, check_sign_in
from posto_desktop.sdk.errors import AuthenticationError, MediaUploadError, PostoError
from tests.end2end.wordpress import Account, WordPress

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end]


@pytest.fixture
def sdk(wordpress: WordPress) -> Iterator[PostoSDK]:
    account = wordpress.admin
    with PostoSDK.from_credentials(
        account.username, account.password, base_url=wordpress.urls["plugin"]
    ) as sdk:
        yield sdk


def sign_in(wordpress: WordPress, site: str = "plugin", **changes: str) -> SignIn:
    account = wordpress.admin
    values = {"username": account.username, "password": account.password, **changes}
    url = values.pop("url", wordpress.urls.get(site, ""))
    return check_sign_in(url, values["username"], values["password"])


def refusal(wordpress: WordPress, site: str = "plugin", **changes: str) -> PostoError:
    with pytest.raises(PostoError) as caught:
        sign_in(wordpress, site, **changes)
    error = caught.value
    secrets = (wordpress.admin.password, wordpress.admin.password.replace(" ", ""))
    assert not any(secret in f"{error} {error.user_message}" for secret in secrets)
    assert error.user_message.endswith(".")
    return error


def stored(wordpress: WordPress, media_id: int) -> dict[str, object]:
    """What WordPress itself says of an upload."""
    account = wordpress.admin
    answer = requests.get(
        f"{wordpress.urls['plugin']}/wp-json/wp/v2/media/{media_id}",
        params={"context": "edit"},
        auth=(account.username, account.password),
        timeout=60,
    )
    assert answer.status_code == 200
    body = answer.json()
    assert isinstance(body, dict)
    return body


def count_media(wordpress: WordPress) -> int:
    answer = requests.get(f"{wordpress.urls['plugin']}/wp-json/wp/v2/media", timeout=60)
    return int(answer.headers["X-WP-Total"])


def picture(path: Path, form: str = "JPEG", size: tuple[int, int] = (320, 200)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(buffer, form)
    path.write_bytes(buffer.getvalue())
    return buffer.getvalue()


# --- signing in


def test_right_password(wordpress: WordPress) -> None:
    signed_in = sign_in(wordpress)
    assert signed_in.base_url.rstrip("/") == wordpress.urls["plugin"]
    assert signed_in.account_name == "posto"
    assert signed_in.site_name == "Posto Test Site"
    assert signed_in.timezone == "Europe/Lisbon"
    assert signed_in.has_plugin
    assert "/fs-poster/v1/channels" in signed_in.routes


@pytest.mark.parametrize("change", ["no spaces", "line end", "capitals", "e-mail"])
def test_ways_to_write_it(wordpress: WordPress, change: str) -> None:
    account = wordpress.admin
    changes = {
        "no spaces": {"password": account.password.replace(" ", "")},
        "line end": {"password": account.password + "\n"},
        "capitals": {"username": "POSTO"},
        "e-mail": {"username": "posto@example.test"},
    }[change]
    assert sign_in(wordpress, **changes).account_name == "posto"


@pytest.mark.parametrize("kind", ["wrong", "login password", "another user's", "lower case"])
def test_wrong_password(wordpress: WordPress, kind: str) -> None:
    password = {
        "wrong": "aaaa bbbb cccc dddd eeee ffff",
        "login password": wordpress.admin.login_password,
        "another user's": wordpress.subscriber.password,
        "lower case": wordpress.admin.password.lower(),
    }[kind]
    error = refusal(wordpress, password=password)
    assert isinstance(error, AuthenticationError)
    assert error.reason == "wrong_password"


def test_unknown_user(wordpress: WordPress) -> None:
    assert refusal(wordpress, username="nobody").reason == "wrong_password"


def test_stripped_header_looks_like_a_wrong_password_and_is_named(wordpress: WordPress) -> None:
    error = refusal(wordpress, "stripped")
    assert error.reason == "wrong_password"
    assert "Authorization" in error.user_message


def test_application_passwords_off(wordpress: WordPress) -> None:
    assert refusal(wordpress, "no_app_passwords").reason == "app_passwords_off"


def test_no_plugin(wordpress: WordPress) -> None:
    assert refusal(wordpress, "no_plugin").reason == "no_plugin"


def test_not_wordpress(wordpress: WordPress) -> None:
    assert refusal(wordpress, "elsewhere").reason == "not_wordpress"


def test_nothing_there(wordpress: WordPress) -> None:
    assert refusal(wordpress, "nothing").reason == "wrong_address"


def test_wrong_folder_is_set_right(wordpress: WordPress) -> None:
    """Each of WordPress's pages names its interface, its "not found" page, too."""
    signed_in = sign_in(wordpress, url=wordpress.urls["plugin"] + "/no/such/folder")
    assert signed_in.base_url.startswith(wordpress.urls["plugin"])
    assert "/no/such" not in signed_in.base_url
    account = wordpress.admin
    with PostoSDK.from_credentials(
        account.username, account.password, base_url=signed_in.base_url
    ) as sdk:
        assert sdk.channels


def test_nobody_listens(wordpress: WordPress, refused_port: int) -> None:
    assert refusal(wordpress, url=f"http://127.0.0.1:{refused_port}").reason == "offline"


def test_account_that_may_not_upload(wordpress: WordPress) -> None:
    reader = wordpress.subscriber
    error = refusal(wordpress, username=reader.username, password=reader.password)
    assert error.reason == "not_allowed"


def test_redirect_is_resolved_once(wordpress: WordPress) -> None:
    assert sign_in(wordpress, "redirect").base_url.rstrip("/") == wordpress.urls["plugin"]


def test_plain_permalinks(wordpress: WordPress, tmp_path: Path) -> None:
    """Without permalinks /wp-json/ is the front page; the address kept must work for all calls."""
    signed_in = sign_in(wordpress, "plain")
    account = wordpress.admin
    picture(tmp_path / "plain.jpg")
    with PostoSDK.from_credentials(
        account.username, account.password, base_url=signed_in.base_url
    ) as sdk:
        assert "Test page" in [channel.name for channel in sdk.channels]
        assert sdk.upload(tmp_path / "plain.jpg").id > 0


def test_channels_of_the_plugin(sdk: PostoSDK) -> None:
    channel = sdk.channels[0]
    assert (channel.id, channel.name, channel.active) == (7, "Test page", True)
    assert channel.network in ("fb", "facebook")
    assert [channel.id for channel in sdk.channels] == [7, 8, 9]


def test_from_posting_to_deleting(wordpress: WordPress, sdk: PostoSDK, tmp_path: Path) -> None:
    control = wordpress.control
    control.reset()
    picture(tmp_path / "fjord.jpg")
    control.plugin(at_sending={8: "The network said no."})
    result = sdk.post("A fjord", [7, 8], media=tmp_path / "fjord.jpg")
    assert result.success
    control.send()
    rows = {row.channel_id: row for row in sdk.schedules.iter(group_id=result.schedule_group_id)}
    assert {number: row.status for number, row in rows.items()} == {7: "success", 8: "error"}
    assert rows[8].error == "The network said no."
    control.plugin(at_sending={})
    assert sdk.schedules.retry(rows[8].id).success
    control.send()
    state = control.state()
    assert [row["status"] for row in state.schedules] == ["success", "success"]
    assert [row["posting_data"]["mediaList"][0]["id"] for row in state.schedules] == [
        *state.media,
        *state.media,
    ]
    assert sdk.schedules.delete([row.id for row in rows.values()]).success
    assert control.state().schedules == []
    assert len(control.state().calls_to("/fs-poster/v1/composer")) == 1


# --- uploads


def test_upload_arrives_whole(wordpress: WordPress, sdk: PostoSDK, tmp_path: Path) -> None:
    content = picture(tmp_path / "fjord.jpg")
    steps: list[tuple[int, int]] = []
    item = sdk.upload(
        tmp_path / "fjord.jpg",
        alt_text='A "fjord" & a sunrise 🎉',
        progress=lambda sent, total: steps.append((sent, total)),
    )
    assert item.mime == "image/jpeg"
    assert item.kind == "image"
    body = stored(wordpress, item.id)
    assert body["alt_text"] == 'A "fjord" & a sunrise 🎉'
    assert requests.get(item.url, timeout=60).content == content
    assert steps[-1] == (len(content), len(content))


@pytest.mark.parametrize(
    "name",
    [
        "日本語 写真.jpg",
        "Ünï — dash.JPG",
        "🎉 party 🎉.jpg",
        "a;b\"c'd.jpg",
        "صورة.jpg",
        "x" * 200 + ".jpg",
    ],
)
def test_names(wordpress: WordPress, sdk: PostoSDK, tmp_path: Path, name: str) -> None:
    content = picture(tmp_path / name)
    item = sdk.upload(tmp_path / name)
    assert requests.get(item.url, timeout=60).content == content
    assert stored(wordpress, item.id)["mime_type"] == "image/jpeg"


@pytest.mark.parametrize(("form", "mime"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_extension_that_lies(
    wordpress: WordPress, sdk: PostoSDK, tmp_path: Path, form: str, mime: str
) -> None:
    content = picture(tmp_path / "really.jpg", form)
    item = sdk.upload(tmp_path / "really.jpg")
    assert item.mime == mime
    assert requests.get(item.url, timeout=60).content == content


def no_media(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / {"page": "page.jpg", "text": "notes.txt", "empty": "empty.jpg"}.get(
        kind, kind
    )
    if kind == "folder":
        path.mkdir()
    elif kind != "vanished":
        path.write_bytes({"page": b"<html>hi</html>", "text": b"notes", "empty": b""}[kind])
    return path


@pytest.mark.parametrize("kind", ["page", "text", "empty", "folder", "vanished"])
def test_what_is_no_media_is_not_sent(
    wordpress: WordPress, sdk: PostoSDK, tmp_path: Path, kind: str
) -> None:
    before = count_media(wordpress)
    path = no_media(tmp_path, kind)
    with pytest.raises(MediaUploadError) as caught:
        sdk.upload(path)
    assert path.name in caught.value.user_message
    assert count_media(wordpress) == before


def refused_upload(wordpress: WordPress, site: str, account: Account, path: Path) -> PostoError:
    before = count_media(wordpress)
    with (
        PostoSDK.from_credentials(
            account.username, account.password, base_url=wordpress.urls[site]
        ) as sdk,
        pytest.raises(PostoError) as caught,
    ):
        sdk.upload(path)
    assert count_media(wordpress) == before
    assert "<" not in caught.value.user_message
    return caught.value


def test_type_that_the_site_refuses(wordpress: WordPress, tmp_path: Path) -> None:
    picture(tmp_path / "new.webp", "WEBP")
    error = refused_upload(wordpress, "no_webp", wordpress.admin, tmp_path / "new.webp")
    assert isinstance(error, MediaUploadError)
    assert "new.webp" in error.user_message


def test_too_large_for_the_web_server(wordpress: WordPress, tmp_path: Path) -> None:
    picture(tmp_path / "large.png", "PNG", (600, 600))
    error = refused_upload(wordpress, "small", wordpress.admin, tmp_path / "large.png")
    assert isinstance(error, MediaUploadError)
    assert "large.png" in error.user_message


def test_upload_without_the_right(wordpress: WordPress, tmp_path: Path) -> None:
    picture(tmp_path / "fjord.jpg")
    error = refused_upload(wordpress, "plugin", wordpress.subscriber, tmp_path / "fjord.jpg")
    assert isinstance(error, AuthenticationError | MediaUploadError)


def test_upload_with_a_wrong_password(wordpress: WordPress, tmp_path: Path) -> None:
    picture(tmp_path / "fjord.jpg")
    account = Account("posto", "aaaa bbbb cccc dddd eeee ffff", "")
    error = refused_upload(wordpress, "plugin", account, tmp_path / "fjord.jpg")
    assert isinstance(error, AuthenticationError)


def test_the_sites_own_posts_and_its_planners(
    wordpress: WordPress, sdk: PostoSDK, tmp_path: Path
) -> None:
    path = tmp_path / "drum.png"
    Image.new("RGB", (640, 480), (150, 92, 78)).save(path)
    picture = sdk.upload(str(path), alt_text="A drum")
    written = sdk.transport.post(
        "wp/v2/posts",
        {
            "title": "How we roast & <em>why</em>",
            "excerpt": "Slowly.\n\nAnd with care, it\u2019s \u201csoft\u201d.",
            "content": "All of it.",
            "status": "publish",
            "featured_media": picture.id,
        },
    )
    assert isinstance(written, dict)
    (post,) = sdk.site.posts("roast").posts
    assert (post.id, post.title) == (written["id"], "How we roast & why")
    assert post.excerpt == "Slowly.\n\nAnd with care, it\u2019s \u201csoft\u201d."
    assert post.link == written["link"]
    assert (post.picture, post.picture_alt) == (picture.url, "A drum")
    assert post.preview != post.picture  # a smaller one
    assert sdk.download(post.picture)[:4] == b"\x89PNG"
    everything = sdk.site.posts(per_page=1)
    assert everything.has_more
    assert everything.total is not None
    assert sdk.site.posts(page=everything.total + 1, per_page=1).posts == ()
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    wordpress.control.plugin(
        planners={
            "4": {
                "title": "Weekly tips",
                "status": "active",
                "next_at": int(soon.timestamp()),
                "interval": 3600,
                "channels": [7, 9],
            }
        }
    )
    try:
        (planner,) = sdk.planners.list()
        assert (planner.title, planner.next_at) == ("Weekly tips", soon)
        entries = sdk.schedules.calendar(soon, soon + timedelta(minutes=90))
        assert [(entry.send_at, entry.planner_id) for entry in entries][:1] == [(soon, 4)]
        assert [channel.id for channel in entries[0].channels] == [7, 9]
        assert "secret" not in repr(entries)
        sdk.planners.pause(4)
        assert sdk.planners.list()[0].status == "paused"
        assert sdk.schedules.calendar(soon, soon + timedelta(hours=2)) == []
        assert sdk.site.auto_share().shortener == "bitly"
    finally:
        wordpress.control.plugin(planners={})


def test_a_site_without_the_plugin_has_its_posts_all_the_same(wordpress: WordPress) -> None:
    account = wordpress.admin
    with PostoSDK.from_credentials(
        account.username, account.password, base_url=wordpress.urls["no_plugin"]
    ) as sdk:
        assert sdk.site.posts().posts
        with pytest.raises(PostoError) as caught:
            sdk.planners.list()
        assert caught.value.reason == "no_route"
