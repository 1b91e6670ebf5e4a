"""What happens behind the doors of a real WordPress: posting, uploading, retrying and deleting
through a web server with limits, a busy one, one that loses answers, and a site under maintenance.

What is said stands here word for word; what happened is asked of the site itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.connect import check_sign_in
from posto_desktop.sdk.errors import MediaUploadError, PostoError
from posto_desktop.sdk.records import PostResult
from posto_desktop.sdk.schedule_manager import DeleteResult, RetryResult
from tests.end2end.wordpress import WordPress
from tests.end2end.wordpress.control import Control, State

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end]

COMPOSER = "/fs-poster/v1/composer"
RETRY = "/fs-poster/v1/schedules/retry"


@pytest.fixture
def client(wordpress: WordPress, control: Control) -> Iterator[Callable[[str], PostoSDK]]:
    """Makes clients of sites; they do not wait between their looks."""
    made: list[PostoSDK] = []

    def make(site: str) -> PostoSDK:
        account = wordpress.admin
        sdk = PostoSDK.from_credentials(
            account.username,
            account.password,
            base_url=wordpress.urls[site],
            sleep=lambda _seconds: None,
        )
        made.append(sdk)
        return sdk

    yield make
    for sdk in made:
        sdk.close()


def large_film(path: Path, size: int) -> Path:
    """A film with `size` bytes that players skip."""
    film = Path("tests/data/two-seconds.mp4").read_bytes()
    path.write_bytes(film + (size + 8).to_bytes(4, "big") + b"free" + bytes(size))
    return path


def refusal(sdk: PostoSDK, **post: Any) -> PostoError:
    with pytest.raises(PostoError) as caught:
        sdk.post("A fjord", [7, 8], **post)
    return caught.value


def nothing_there(state: State) -> bool:
    return (state.schedules, state.media, state.calls_to(COMPOSER)) == ([], [], [])


def test_uploads_limited(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK], tmp_path: Path
) -> None:
    path = tmp_path / "large.png"
    Image.effect_noise((600, 600), 60).convert("RGB").save(path, "PNG")
    error = refusal(client("small"), media=path)
    assert isinstance(error, MediaUploadError)
    host = wordpress.urls["small"].partition("//")[2]
    assert error.user_message == (
        f"“large.png” was not uploaded: the web server of {host} refuses files of "
        f"{path.stat().st_size / 1e6:.1f} MB (413). Make it smaller, or have the limit raised "
        "there."
    )
    assert [remedy.lines for remedy in error.remedies] == ["client_max_body_size 64m;"]
    assert nothing_there(control.state())
    small = tmp_path / "small.jpg"
    Image.new("RGB", (320, 200), "navy").save(small)
    assert client("small").post("A fjord", [7], media=small).success


def test_memory_limit_after_a_large_upload(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK], tmp_path: Path
) -> None:
    path = large_film(tmp_path / "large.mp4", 24_000_000)
    error = refusal(client("low_memory"), media=path)
    host = wordpress.urls["low_memory"].partition("//")[2]
    assert error.user_message == (
        f"“large.mp4” ({path.stat().st_size / 1e6:.1f} MB) was not uploaded. {host} ran out of "
        "memory. Its PHP limit is 40 MB. Make it smaller, or have more memory allowed."
    )
    assert [remedy.lines for remedy in error.remedies] == ["define( 'WP_MEMORY_LIMIT', '256M' );"]
    assert nothing_there(control.state())
    # With the line in place it goes through.
    assert client("low_memory_mended").post("A fjord", [7], media=path).success
    assert len(control.state().media) == 1


def test_a_firewall_that_lets_no_uploads_through(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK], photo: Path
) -> None:
    account = wordpress.admin
    url = wordpress.urls["firewall_uploads"]
    assert check_sign_in(url, account.username, account.password).has_plugin
    error = refusal(client("firewall_uploads"), media=photo)
    assert error.user_message == (
        "“fjord.jpg” was not uploaded. A firewall or security plugin of "
        f"{url.partition('//')[2]} blocked the request (403). Allow Posto there."
    )
    assert nothing_there(control.state())
    assert client("firewall_uploads").post("A fjord", [7]).success


def test_maintenance(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK], photo: Path
) -> None:
    account, url = wordpress.admin, wordpress.urls["plugin"]
    host = url.partition("//")[2]
    sdk = client("plugin")
    result = sdk.post("A fjord", [7, 8], media=photo)
    control.plugin(at_sending={8: "The network said no."})
    control.send()
    rows = {row.channel_id: row.id for row in sdk.schedules.list(group_id=result.schedule_group_id)}
    before = control.state()
    with wordpress.maintenance():
        with pytest.raises(PostoError) as caught:
            check_sign_in(url, account.username, account.password)
        assert caught.value.reason == "maintenance"
        assert caught.value.user_message == (
            f"{host} is down for maintenance. Try again in 10 minutes."
        )
        for act in (
            lambda: sdk.post("Another", [7]),
            lambda: sdk.schedules.retry(rows[8]),
            lambda: sdk.schedules.delete(list(rows.values())),
        ):
            with pytest.raises(PostoError) as caught:
                act()
            assert caught.value.user_message == (
                f"{host} is down for maintenance. Try again in 10 minutes."
            )
            assert not getattr(caught.value, "maybe_sent", False)
    after = control.state()
    assert (after.schedules, after.media) == (before.schedules, before.media)
    assert client("plugin").schedules.retry(rows[8]).success


PAGE = "<!doctype html><html><head><title>Just a moment...</title></head></html>"
A_PAGE = (
    "{host} answered with a web page instead of data (“Just a moment...”). The address may be "
    "wrong, or a firewall blocks Posto."
)
BUSY = "{host} received too many requests (429). Try again in 24 hours."
LATE = "{host} did not answer in time (504)."
WALL = "A firewall or security plugin of {host} blocked the request (403). Allow Posto there."
NOT_TAKEN = " The post is not in the list of schedules, so it was not taken. It can be sent again."
MAYBE = (
    " The post is not in the list of schedules, but it may be on its way right now. Look at the "
    "channel before you send it again."
)


@dataclass(frozen=True)
class Fault:
    """One that stays until the test ends, and what is said of it; "" where all is well after all.

    `post` is of one for later, `post_now` of one at once; `upload` is of its picture.
    """

    fault: dict[str, Any]
    post: str
    post_now: str
    upload: str
    retry: str
    delete: str


def held_up(sentence: str, fault: dict[str, Any]) -> Fault:
    """Surely nothing was carried out."""
    return Fault(
        fault, sentence, sentence, f"“fjord.jpg” was not uploaded. {sentence}", sentence, sentence
    )


def lost(sentence: str, fault: dict[str, Any]) -> Fault:
    """The answers are lost; nothing was carried out, as is found out."""
    return Fault(
        fault,
        sentence + NOT_TAKEN,
        sentence + MAYBE,
        f"“fjord.jpg” is not in the media library. {sentence}",
        f"{sentence} The schedule is as it was before.",
        f"{sentence} It is still listed.",
    )


FAULTS = {
    "429 for a second": Fault({"status": 429, "headers": {"Retry-After": "1"}}, "", "", "", "", ""),
    "429 for a day": held_up(
        BUSY, {"status": 429, "headers": {"Retry-After": "86400"}, "times": 9}
    ),
    "403 of a firewall": held_up(WALL, {"status": 403, "times": 9}),
    "504 before the work": lost(LATE, {"status": 504, "times": 9}),
    "504 after the work": Fault({"status": 504, "when": "after", "times": 9}, "", "", "", "", ""),
    "a page with status 200 before the work": lost(
        A_PAGE, {"status": 200, "body": PAGE, "times": 9}
    ),
    "a page with status 200 after the work": Fault(
        {"status": 200, "body": PAGE, "when": "after", "times": 9}, "", "", "", "", ""
    ),
}


def words(act: Callable[[], object]) -> str:
    """What is said of an action, "" when it went well."""
    try:
        done = act()
    except PostoError as error:
        return error.user_message
    if isinstance(done, PostResult):
        assert done.success or done.error_message
        return done.error_message or ""
    assert isinstance(done, RetryResult | DeleteResult)
    return next(iter(done.reasons.values()), "")


@pytest.fixture
def host(wordpress: WordPress) -> str:
    return wordpress.urls["plugin"].partition("//")[2]


@pytest.fixture
def connected(control: Control, client: Callable[[str], PostoSDK]) -> PostoSDK:
    sdk = client("plugin")
    assert sdk.channels
    return sdk


@pytest.mark.parametrize("when", ["in 3 hours", None])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_faults_of_posting(
    control: Control, connected: PostoSDK, host: str, fault: Fault, when: str | None
) -> None:
    control.fault("composer", **fault.fault)
    expected = (fault.post if when else fault.post_now).format(host=host)
    assert words(lambda: connected.post("A fjord", [7], when=when)) == expected
    state = control.state()
    assert len(state.schedules) == len(state.calls_to(COMPOSER)) == (0 if expected else 1)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_faults_of_a_picture(
    control: Control, connected: PostoSDK, host: str, fault: Fault, photo: Path
) -> None:
    control.fault("wp/v2/media", **fault.fault)
    expected = fault.upload.format(host=host)
    assert words(lambda: connected.post("A fjord", [7], media=photo)) == expected
    state = control.state()
    assert len(state.schedules) == len(state.media) == (0 if expected else 1)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_faults_of_retrying(control: Control, connected: PostoSDK, host: str, fault: Fault) -> None:
    control.plugin(at_sending={7: "The network said no."})
    assert connected.post("A fjord", [7]).success
    control.send()
    [row] = control.state().schedules
    control.fault("schedules/retry", **fault.fault)
    expected = fault.retry.format(host=host)
    assert words(lambda: connected.schedules.retry(row["id"])) == expected
    state = control.state()
    assert [row["status"] for row in state.schedules] == ["error" if expected else "not_sent"]
    assert len(state.calls_to(RETRY)) == (0 if expected else 1)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_faults_of_deleting(control: Control, connected: PostoSDK, host: str, fault: Fault) -> None:
    assert connected.post("Goes", [7], when="in 3 hours").success
    assert connected.post("Stays", [7], when="in 3 hours").success
    row = control.state().schedules[0]
    control.fault("schedules", method="DELETE", **fault.fault)
    expected = fault.delete.format(host=host)
    assert words(lambda: connected.schedules.delete(row["id"])) == expected
    left = [row["posting_data"]["content"] for row in control.state().schedules]
    assert left == (["Goes", "Stays"] if expected else ["Stays"])


def test_one_channel_of_three_fails_at_once(
    control: Control, connected: PostoSDK, photo: Path
) -> None:
    for names_group in (True, False):
        control.plugin(at_once={8: "The bot was <b>removed</b>"}, names_group=names_group)
        sentence = words(lambda: connected.post("A fjord", [7, 8, 9], media=photo))
        assert sentence == (
            "The post was taken for 2 of 3 channels. Test channel: The bot was removed. Do not "
            "send the whole post again."
        )
    state = control.state()
    assert [row["status"] for row in state.schedules] == ["not_sent", "error", "not_sent"] * 2
    assert len(state.calls_to(COMPOSER)) == 2
    assert len(state.media) == 1
    failed = [row["id"] for row in state.schedules if row["status"] == "error"]
    assert connected.schedules.retry(failed).retried == failed
    control.plugin(at_once={})
    control.send()
    state = control.state()
    assert {row["status"] for row in state.schedules} == {"success"}
    assert connected.schedules.delete([row["id"] for row in state.schedules]).left == []
    assert control.state().schedules == []


def test_a_page_in_place_of_the_first_answer_of_all(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK]
) -> None:
    """The routes are looked for, found where they were expected, and nothing is sent twice."""
    for when in ("before", "after"):
        sdk = client("plugin")
        control.reset()
        control.fault("composer", when=when, status=200, body=PAGE)
        items = [{"channel_id": 7, "custom_post_data": {"post_content": "A fjord"}}]
        with pytest.raises(PostoError) as caught:
            sdk.compose(items)
        assert getattr(caught.value, "maybe_sent", False)
        assert len(control.state().schedules) == (1 if when == "after" else 0)


@pytest.mark.parametrize("site", ["impatient", "cached"])
def test_signing_in_where_somebody_stands_in_between(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK], site: str
) -> None:
    account = wordpress.admin
    signed_in = check_sign_in(wordpress.urls[site], account.username, account.password)
    assert signed_in.base_url == wordpress.urls[site]
    assert [channel.id for channel in client(site).channels] == [7, 8, 9]


def test_signing_in_while_the_site_is_busy(
    wordpress: WordPress, control: Control, client: Callable[[str], PostoSDK]
) -> None:
    account, url = wordpress.admin, wordpress.urls["plugin"]
    host = url.partition("//")[2]
    for headers, later in (({"Retry-After": "30"}, "in 30 seconds"), ({}, "later")):
        control.fault("wp-json", method="GET", status=429, headers=headers)
        with pytest.raises(PostoError) as caught:
            check_sign_in(url, account.username, account.password)
        assert caught.value.user_message == (
            f"{host} received too many requests (429). Try again {later}."
        )
    control.fault("wp-json", method="GET", status=429, headers={"Retry-After": "1"})
    assert client("plugin").channels  # it waits and asks again
