"""Finding the routes of a site, by the app's sign-in and by scripts alike, and what it costs."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import AuthenticationError, PostoError, PostoSDK, ServiceError
from posto_desktop.sdk.connect import check_sign_in, look_up
from posto_desktop.sdk.credentials import from_parts
from posto_desktop.sdk.defaults import is_same_service
from posto_desktop.sdk.endpoint import Endpoint, is_same_host, may_follow, site_of

from .scripted import HTML, PASSWORD, USER, Reply, Scripted, Seen, serving

FRONT = "<!DOCTYPE html><html><head><title>A blog</title>{more}</head><body>Hi</body></html>"
CHECK = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"


def sign_in(service: Scripted) -> Any:
    return check_sign_in(service.url, USER, PASSWORD, timeout=(2, 2))


def refusal(service: Scripted) -> PostoError:
    with pytest.raises(PostoError) as caught:
        sign_in(service)
    return caught.value


def passwords_sent(service: Scripted) -> int:
    return sum("authorization" in seen.headers for seen in service.seen)


def put_elsewhere(
    service: Scripted, *, tag: bool = False, header: bool = False, style: int = 0
) -> None:
    """The routes are under /api/; the front page may name them in one of two ways. `style` is how
    many characters stand in its head before that."""
    service.prefix = "/api"
    place = f"{service.url}/api/"

    def front(seen: Seen) -> Reply | None:
        if seen.path == "/":
            link = f"<link rel='https://api.w.org/' href='{place}' />" if tag else ""
            link = f"<style>{'a' * style}</style>{link}{'<!-- -->' * (style // 2)}"
            headers = {"Link": f'<{place}>; rel="https://api.w.org/"'} if header else {}
            return Reply(200, FRONT.format(more=link), headers)
        return None

    service.before.append(front)


# -- where they are


@pytest.mark.parametrize("how", ["tag", "header"])
def test_a_page_that_names_the_routes(service: Scripted, posto: PostoSDK, how: str) -> None:
    put_elsewhere(service, tag=how == "tag", header=how == "header")
    expected = service.url + "/api/{route}"
    assert sign_in(service).base_url == expected
    assert look_up(service.url).site == service.url
    assert len(posto.channels) == 4
    assert posto.base_url == expected


def test_a_long_page_that_names_the_routes(service: Scripted) -> None:
    """Some have a style sheet of 100 KB in their heads."""
    put_elsewhere(service, tag=True, style=150_000)
    assert sign_in(service).base_url == service.url + "/api/{route}"


def test_the_address_of_the_routes_itself(service: Scripted) -> None:
    put_elsewhere(service)
    missing = {"code": "rest_no_route", "message": "No route", "data": {"status": 404}}
    service.always("/api/wp-json", Reply(404, missing))
    for typed in (f"{service.url}/api", f"{service.url}/api/"):
        assert look_up(typed).base_url == service.url + "/api/{route}"


def test_the_address_of_closed_routes_itself(service: Scripted) -> None:
    """Whatever is asked for below it is answered with the same 401."""
    put_elsewhere(service)
    named = {"Link": f'<{service.url}/api/>; rel="https://api.w.org/"'}

    def close(seen: Seen) -> Reply | None:
        reply = closed(seen)
        return reply and Reply(reply.status, reply.body, named)

    service.before.append(close)
    signed_in = check_sign_in(f"{service.url}/api", USER, PASSWORD, timeout=(2, 2))
    assert signed_in.base_url == service.url + "/api/{route}"


def test_a_site_that_does_not_name_them(service: Scripted, posto: PostoSDK) -> None:
    """The places that WordPress has them at are tried."""
    service.prefix = "/index.php/wp-json"
    service.before.append(
        lambda seen: Reply(200, FRONT.format(more="")) if seen.path in {"/", "/wp-json/"} else None
    )
    assert sign_in(service).base_url == service.url + "/index.php/wp-json/{route}"
    assert len(posto.channels) == 4


def test_a_link_that_means_another_thing_is_not_followed(service: Scripted) -> None:
    service.prefix = "/api"
    link = f'<{service.url}/feed/>; rel="alternate"'
    service.before.append(
        lambda seen: Reply(200, CHECK, {"Link": link}) if seen.path == "/" else None
    )
    assert refusal(service).reason == "wrong_address"


# -- who may come in


def closed(seen: Seen) -> Reply | None:
    if "authorization" in seen.headers:
        return None
    return Reply(401, {"code": "closed", "message": "No.", "data": {"status": 401}})


def test_a_site_that_tells_guests_nothing(service: Scripted, posto: PostoSDK) -> None:
    service.before.append(closed)
    signed_in = sign_in(service)
    assert (signed_in.site_name, signed_in.has_plugin) == ("Test Site", True)
    assert "/fs-poster/v1/composer" in signed_in.routes
    assert look_up(service.url).is_closed
    service.index["namespaces"] = ["wp/v2"]
    assert refusal(service).reason == "no_plugin"


def test_a_site_that_sends_guests_to_its_login_page(service: Scripted) -> None:
    login = f"{service.url}/wp-login.php?redirect_to=x"
    to_login = Reply(302, "", {"Location": login})
    service.before.append(lambda seen: None if "authorization" in seen.headers else to_login)
    assert look_up(service.url).is_closed
    assert sign_in(service).account_name == "Ann"
    service.before[:] = [lambda _seen: to_login]
    error = refusal(service)
    assert error.reason == "not_allowed"
    assert error.user_message == (
        f"A plugin of 127.0.0.1:{service.port} redirects apps to the login page, even with a "
        "sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself."
    )


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, {"code": "denied", "message": "Another program's interface."}),
        Reply(401, HTML),
        Reply(403, HTML),
        Reply(200, CHECK),
        Reply(503, {"code": "wp_die", "message": "x", "data": {"status": 503}}),
        Reply(200, {"code": "wp_die", "message": "x", "data": {"status": 503}}),
    ],
)
def test_no_password_for_what_may_be_no_wordpress(service: Scripted, reply: Reply) -> None:
    service.always("/", reply)
    refusal(service)
    assert passwords_sent(service) == 0


def test_what_refuses_programs_is_not_gone_around(service: Scripted) -> None:
    def firewall(seen: Seen) -> Reply | None:
        if seen.path == "/":
            return Reply(200, FRONT.format(more=""))
        return None if any(key == "rest_route" for key, _ in seen.query) else Reply(403, HTML)

    service.before.append(firewall)
    assert refusal(service).reason == "not_allowed"
    assert passwords_sent(service) == 0


# -- to whom a password goes


@pytest.mark.parametrize("how", ["redirect", "link"])
def test_another_host_gets_no_password(service: Scripted, how: str) -> None:
    def lead_away(seen: Seen) -> Reply:
        target = "https://elsewhere.example/wp-json/"
        if how == "redirect":
            return Reply(301, "", {"Location": target})
        return Reply(404, HTML, {"Link": f'<{target}>; rel="https://api.w.org/"'})

    service.before.append(lead_away)
    error = refusal(service)
    assert error.reason == "other_site"
    assert error.user_message == (
        f"127.0.0.1:{service.port} redirects to another site, elsewhere.example. If it is yours, "
        "enter elsewhere.example as the address. The password was not sent."
    )
    assert passwords_sent(service) == 0
    with PostoSDK.from_credentials(USER, PASSWORD, base_url=service.url) as sdk:
        with pytest.raises(ServiceError) as caught:
            _ = sdk.channels
        assert caught.value.user_message == error.user_message


def test_the_same_name_with_www_gets_it(
    service: Scripted, posto: PostoSDK, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up_name = socket.getaddrinfo

    def by_www(host: Any, *more: Any, **named: Any) -> Any:
        return look_up_name("127.0.0.1" if host == "www.localhost" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", by_www)

    def lead(seen: Seen) -> Reply | None:
        if seen.headers["host"].startswith("www."):
            return None
        target = f"http://www.localhost:{service.port}{seen.path}"
        return Reply(301, "", {"Location": target})

    service.before.append(lead)
    expected = f"http://www.localhost:{service.port}"
    signed_in = check_sign_in(f"http://localhost:{service.port}", USER, PASSWORD, timeout=(2, 2))
    assert signed_in.base_url == expected
    assert len(posto.channels) == 4
    assert posto.base_url == expected


@pytest.mark.parametrize("how", ["redirect", "link"])
def test_another_port_of_a_name_gets_no_password(
    service: Scripted, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Whoever has one port of a computer need not have the others."""
    look_up_name = socket.getaddrinfo

    def here(host: Any, *more: Any, **named: Any) -> Any:
        return look_up_name("127.0.0.1" if host == "blog.example" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with serving() as other:
        target = f"http://blog.example:{other.port}/wp-json/"

        def lead_away(seen: Seen) -> Reply:
            if how == "redirect":
                return Reply(301, "", {"Location": target})
            return Reply(404, HTML, {"Link": f'<{target}>; rel="https://api.w.org/"'})

        service.before.append(lead_away)
        typed = f"http://blog.example:{service.port}"
        with pytest.raises(ServiceError) as caught:
            check_sign_in(typed, USER, PASSWORD, timeout=(2, 2), allow_http=True)
        assert caught.value.reason == "other_site"
        assert caught.value.user_message == (
            f"blog.example:{service.port} redirects to another site, blog.example:{other.port}. If "
            f"it is yours, enter blog.example:{other.port} as the address. The password was not "
            "sent."
        )
        assert passwords_sent(service) == passwords_sent(other) == 0
        # It is the port that is refused: the name leads to its own as before.
        service.before.clear()
        signed_in = check_sign_in(typed, USER, PASSWORD, timeout=(2, 2), allow_http=True)
        assert signed_in.base_url == typed
        assert passwords_sent(service) > 0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://example.com", "https://www.example.com/blog", True),
        ("https://example.com", "https://example.com:443", True),
        ("http://example.com", "https://www.example.com", True),
        ("http://example.com:80", "https://example.com:443", True),
        ("http://example.com:8080", "https://example.com:8080", True),
        ("http://127.0.0.1:8080", "https://localhost:8443", True),
        ("https://example.com", "https://example.com:8443", False),
        ("https://example.com:8443", "https://example.com", False),
        ("http://example.com", "https://example.com:8443", False),
        ("http://example.com", "http://example.com:443", False),
        ("http://example.com:8080", "https://example.com", False),
        ("https://example.com", "http://example.com", False),
        ("https://example.com", "https://shop.example.com", False),
        ("https://example.com", "https://localhost", False),
    ],
)
def test_addresses_that_one_password_may_follow(first: str, second: str, same: bool) -> None:
    assert may_follow(first, second) is same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("example.com", "www.example.com", True),
        ("WWW.Example.com", "example.com.", True),
        ("127.0.0.1", "localhost", True),
        ("example.com", "shop.example.com", False),
        ("example.com", "example.com.evil.net", False),
        ("example.com", "wwwexample.com", False),
        ("localhost", "localhost.evil.net", False),
    ],
)
def test_hosts_of_one_site(first: str, second: str, same: bool) -> None:
    assert is_same_host(first, second) is same
    assert is_same_host(second, first) is same


# -- what it costs, and when it is done


def test_a_site_as_most_are_costs_nothing(service: Scripted, posto: PostoSDK) -> None:
    assert len(posto.channels) == 4
    assert service.count() == 1


def test_it_is_searched_once(service: Scripted, posto: PostoSDK, photo: Path) -> None:
    """All the first requests of a post fail at once; one of them looks around for all."""
    put_elsewhere(service, header=True)
    others = [photo.with_name(f"{number}.jpg") for number in range(3)]
    for number, path in enumerate(others):
        path.write_bytes(photo.read_bytes() + bytes([number]))
    result = posto.post("Hi", "News Feed", media=[photo, *others])
    assert result.success
    assert len(service.media) == 4
    assert len(service.composed()) == 1
    assert sum(seen.path == "/api/" for seen in service.seen) == 1


def test_a_wrong_password_is_explained_once(service: Scripted) -> None:
    service.index["authentication"] = []
    with PostoSDK.from_credentials(USER, "wrong", base_url=service.url) as sdk:
        with pytest.raises(AuthenticationError) as caught:
            sdk.me()
        assert (caught.value.reason, caught.value.status) == ("app_passwords_off", 401)
        assert service.count() == 2
        with pytest.raises(AuthenticationError) as caught:
            sdk.me()
        assert caught.value.reason == "wrong_password"
        assert service.count() == 3


def test_a_wrong_password_at_the_server_of_a_team_is_explained_without_wordpress(
    service: Scripted,
) -> None:
    service.index["namespaces"] = ["fs-poster/v1", "wp/v2", "posto/v1"]
    with pytest.raises(AuthenticationError) as caught:
        check_sign_in(service.url, USER, "wrong", timeout=(2, 2))
    assert caught.value.reason == "wrong_password"
    assert "an owner of the workspace" in caught.value.user_message
    assert "Authorization" not in caught.value.user_message
    assert not caught.value.remedies


@pytest.mark.parametrize(
    "reply",
    [
        Reply(403, "Begin the address with https://\n", {"Content-Type": "text/plain"}),
        Reply(400, "<html><title>400 The plain HTTP request was sent to HTTPS port</title>"),
    ],
)
def test_who_comes_by_http_where_only_https_is_served_is_told(
    service: Scripted, reply: Reply
) -> None:
    service.always("/", reply)
    error = refusal(service)
    assert error.reason == "wrong_address"
    assert "Begin the address with https://" in error.user_message
    assert not passwords_sent(service)


def test_a_server_of_a_team_says_at_which_address_it_is(service: Scripted) -> None:
    words = "This address is not served here. Use https://posto.example.org."
    service.always("/", Reply(421, {"code": "posto_wrong_host", "message": words}))
    error = refusal(service)
    assert (error.reason, error.user_message) == ("wrong_address", words)


def test_after_a_good_answer_nobody_searches(service: Scripted, posto: PostoSDK) -> None:
    assert posto.channels
    service.always("/", Reply(200, CHECK))
    with pytest.raises(ServiceError) as caught:
        posto.me()
    assert caught.value.reason == "html"
    assert service.count() == 2


def test_a_site_out_of_reach_is_searched_later(service: Scripted, posto: PostoSDK) -> None:
    put_elsewhere(service, header=True)
    broken = [True]
    service.before.insert(
        0, lambda seen: Reply(how="reset") if broken[0] and seen.path == "/" else None
    )
    with pytest.raises(ServiceError) as caught:
        _ = posto.channels
    assert caught.value.status == 404
    broken[0] = False
    assert len(posto.channels) == 4


def test_a_write_goes_out_again_only_where_the_site_says_so(
    service: Scripted, posto: PostoSDK
) -> None:
    """A page in place of the answer to a post: it may have been taken, unless the site itself
    says that its routes were never there."""
    items = [{"channel_id": 2, "custom_post_data": {"post_content": "Hi"}}]
    service.before.append(
        lambda seen: Reply(200, CHECK) if seen.path.startswith("/wp-json") else None
    )
    put_elsewhere(service, header=True)
    assert posto.compose(items)
    assert len(service.requests("POST", "/api/fs-poster/v1/composer")) == 1


def test_a_write_is_not_made_again_where_the_routes_were_only_tried(
    service: Scripted, posto: PostoSDK
) -> None:
    service.prefix = "/index.php/wp-json"
    service.before.append(
        lambda seen: (
            None if seen.path.startswith("/index.php") else Reply(200, FRONT.format(more=""))
        )
    )
    items = [{"channel_id": 2, "custom_post_data": {"post_content": "Hi"}}]
    with pytest.raises(ServiceError) as caught:
        posto.compose(items)
    assert caught.value.maybe_sent
    assert service.requests("POST", "/index.php") == []
    # From here on everything goes to the right place.
    assert posto.compose(items)
    assert len(service.requests("POST", "/index.php")) == 1


def test_a_status_that_came_too_late(service: Scripted, posto: PostoSDK) -> None:
    """PHP has printed something, so that the status is 200 whatever WordPress says."""
    refused = {"code": "rest_forbidden", "message": "No.", "data": {"status": 403}}
    service.fail("/users/me", Reply(200, "<b>Notice</b>\n" + '{"code": "rest_not_logged_in", '
                                    '"message": "No.", "data": {"status": 401}}'))  # fmt: skip
    with pytest.raises(AuthenticationError) as caught:
        posto.me()
    assert (caught.value.status, caught.value.reason) == (401, "wrong_password")
    service.fail("/users/me", Reply(200, refused))
    with pytest.raises(AuthenticationError) as caught:
        posto.me()
    assert (caught.value.status, caught.value.reason) == (403, "not_allowed")
    service.fail("/channels", Reply(200, {"error_msg": "As the plugin says it."}))
    with pytest.raises(ServiceError) as failed:
        _ = posto.channels
    assert failed.value.status == 200


def test_a_redirect_of_a_write_to_another_page(service: Scripted, posto: PostoSDK) -> None:
    """As some programs do when they have done the work: nobody says that it was not."""
    assert posto.channels
    target = f"{service.url}/thank-you/"
    service.always("/composer", Reply(302, "", {"Location": target}))
    result = posto.post("Hi", 2)
    assert result.unclear
    assert result.error_message is not None
    assert result.error_message.startswith(
        f"127.0.0.1:{service.port} redirected to a page, {target}, instead of sending data."
    )
    assert len(service.composed()) == 1


# -- addresses that are kept


@pytest.mark.parametrize(
    ("typed", "base", "media", "site"),
    [
        (
            "https://e.com/api/{route}",
            "https://e.com/api/{route}",
            "https://e.com/api/wp/v2/media?a=1",
            "https://e.com",
        ),
        (
            "https://e.com/blog/api/%7Broute%7D",
            "https://e.com/blog/api/{route}",
            "https://e.com/blog/api/wp/v2/media?a=1",
            "https://e.com/blog",
        ),
        (
            "https://e.com/index.php/wp-json/wp/v2/",
            "https://e.com/index.php/wp-json/{route}",
            "https://e.com/index.php/wp-json/wp/v2/media?a=1",
            "https://e.com",
        ),
        (
            "https://e.com/blog/index.php?rest_route=/",
            "https://e.com/blog/index.php?rest_route=",
            "https://e.com/blog/index.php?rest_route=/wp/v2/media&a=1",
            "https://e.com/blog",
        ),
        (
            "https://e.com/blog/",
            "https://e.com/blog",
            "https://e.com/blog/wp-json/wp/v2/media?a=1",
            "https://e.com/blog",
        ),
    ],
)
def test_forms_of_addresses(typed: str, base: str, media: str, site: str) -> None:
    endpoint = Endpoint.parse(typed)
    assert endpoint.base == base
    assert Endpoint.parse(base) == endpoint
    assert endpoint.url("wp/v2/media", [("a", 1)]) == media
    assert endpoint.site == site_of(base) == site
    assert is_same_service(base, site)


def test_what_is_no_address_stays_as_it_stands() -> None:
    assert site_of("not an address") == "not an address"


def test_the_account_of_the_app_is_found_by_the_address_that_people_know(
    isolated_home: Path, service: Scripted
) -> None:
    from posto_desktop.storage.accounts import AccountStore, ServiceAccount
    from posto_desktop.storage.paths import find_paths
    from posto_desktop.storage.secrets import SecretStore

    paths = find_paths()
    account = ServiceAccount.new("A", f"{service.url}/?rest_route=", USER)
    AccountStore(paths.config / "accounts.json").add(account)
    SecretStore(paths.secrets).set(account.id, PASSWORD, "file")
    resolved = from_parts(None, None, None, service.url)
    assert resolved.base_url == account.base_url
