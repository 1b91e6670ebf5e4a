"""Sign-in by an OpenID provider: who comes in, and every way in which somebody else might."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from posto_desktop.server.app import make_web
from posto_desktop.server.ingress import Exposure, Ingress
from posto_desktop.server.routes_operation import OperationRoutes
from posto_desktop.server.team.oidc import started
from posto_desktop.server.team.oidc.identities import Identities
from tests.fakes.openid import SECRET, FakeProvider, SigningKey

from . import oidc_world
from .browsing import BACK, Visitor, fields_of, state_of, token_in
from .conftest import POSTO, WP
from .oidc_world import AUTHORIZE, opened, refusal, settings
from .team_world import TeamWorld

provider, world, visitor = oidc_world.provider, oidc_world.world, oidc_world.visitor


def test_a_person_gets_a_password_of_this_device(visitor: Visitor, world: TeamWorld) -> None:
    _, index = world.ask("", "GET", "/wp-json/")
    endpoints = index["authentication"]["application-passwords"]["endpoints"]
    assert endpoints == {"authorization": f"http://127.0.0.1{AUTHORIZE}"}
    assert index["posto"]["browser_sign_in"] is True
    address = visitor.signed_in()
    status, page = visitor.ask("GET", address)
    assert status == 200
    assert "Let “Posto on &lt;laptop&gt;” sign in as olga?" in page
    assert "<laptop>" not in page
    assert "an editor" in page
    policy = visitor.header("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:4711;" in policy
    assert "unsafe" not in policy
    assert visitor.header("Referrer-Policy") == "same-origin"
    assert visitor.header("X-Frame-Options") == "DENY"
    goal = visitor.decide(address)
    assert goal.startswith(f"{BACK}&")
    assert fields_of(goal)["user_login"] == "olga"
    assert "password" not in goal
    status, answer = visitor.redeem(goal)
    assert (status, answer["user_login"]) == (200, "olga")
    world.passwords["olga"] = answer["password"]
    _, own = world.ask("olga", "GET", f"{POSTO}/people/me/passwords")
    assert [(row["device"], row["made_by"]) for row in own["passwords"]] == [
        ("Posto on <laptop>", "provider"),
    ]
    entries = world.team.audit.page(2)
    assert [(entry["action"], entry["person"], entry["outcome"]) for entry in entries] == [
        ("sign_in.provider", "olga", "done"),
        ("people.link", "olga", "done"),
    ]
    assert entries[0]["device"] == "Posto on <laptop>"
    assert "olga@example.org" in entries[1]["after"].lower()
    assert answer["password"] not in str(entries)


def test_the_second_sign_in_goes_by_the_subject_alone(
    visitor: Visitor, world: TeamWorld, provider: FakeProvider
) -> None:
    visitor.decide(visitor.signed_in())
    provider.claims |= {"email": "married@example.org", "email_verified": False}
    assert fields_of(visitor.decide(visitor.signed_in()))["user_login"] == "olga"
    # And who gets the address anew is somebody else.
    provider.claims |= {"sub": "s-2", "email": "olga@example.org", "email_verified": True}
    _, page, why = refusal(visitor, visitor.answer(visitor.begin()))
    assert "has another account of this provider" in why
    assert "nobody in this workspace" in page


def test_as_at_wordpress_without_a_challenge(visitor: Visitor, world: TeamWorld) -> None:
    goal = visitor.decide(visitor.signed_in(code_challenge=""))
    fields = fields_of(goal)
    assert list(fields) == ["state", "site_url", "user_login", "password"]
    assert world.ask("olga", "GET", f"{WP}/users/me", password=fields["password"])[0] == 200
    # Without an address the page shows it, once.
    address = visitor.signed_in(code_challenge="", success_url="")
    _, page = visitor.ask("GET", address)
    status, page = visitor.ask("POST", address, {"token": token_in(page), "word": "allow"})
    assert (status, "shown this once" in page) == (200, True)
    assert visitor.ask("GET", address)[0] == 410


def test_not_allowing_it_makes_no_password(visitor: Visitor, world: TeamWorld) -> None:
    assert visitor.decide(visitor.signed_in(), "refuse") == f"{BACK}&success=false"
    goal = visitor.decide(visitor.signed_in(reject_url="posto:no"), "refuse")
    assert goal == "posto:no"
    assert world.team.people.passwords("olga") == []
    assert world.team.audit.page(1)[0]["outcome"] == "the person did not allow it"


def test_only_people_who_are_there(
    visitor: Visitor, world: TeamWorld, provider: FakeProvider
) -> None:
    for claims, why in (
        ({"email": "mallory@example.org"}, "nobody has this account"),
        ({"email_verified": False}, "nobody has this account"),
        ({"email_verified": "true"}, "nobody has this account"),
        ({"email_verified": None}, "nobody has this account"),
        ({"email": "olga@example.org\0"}, "nobody has this account"),
        ({"email": "o\u212aga@example.org"}, "nobody has this account"),  # its small letter is k
        ({"email": ["olga@example.org"]}, "nobody has this account"),
    ):
        provider.changes = claims
        status, page, outcome = refusal(visitor, visitor.answer(visitor.begin()))
        assert (status, outcome) == (403, why), claims
        assert "Sign in as somebody else" in page
    assert [person.name for person in world.team.people.all()] == ["boss", "olga"]
    assert world.team.people.passwords("olga") == []
    assert world.store.rows("SELECT * FROM oidc_identities") == []
    assert world.store.rows("SELECT * FROM oidc_sign_ins") == []


def test_an_owner_can_link_by_command(visitor: Visitor, provider: FakeProvider) -> None:
    people, world = visitor.world.team.people, visitor.world
    identities = Identities(world.store, people, lambda: world.now)
    people.set_email("olga", "")
    identities.link("boss", provider.url, "s-1")
    assert fields_of(visitor.decide(visitor.signed_in()))["user_login"] == "boss"
    assert identities.of(people.get("boss"))[0]["last_used_at"] == int(visitor.world.now)
    assert identities.unlink("boss") == 1
    assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 403
    # Another issuer's account of the same subject is another one.
    identities.link("boss", "https://other.example", "s-1")
    assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 403


def test_people_who_come_into_being(tmp_path: Path, provider: FakeProvider) -> None:
    provider.claims |= {"sub": "n", "email": "new@example.org", "name": "New\u202e\n Person"}
    groups = frozenset({"a"})
    with opened(tmp_path, provider, create="writer", groups=groups) as world:
        visitor = Visitor(world, provider)
        assert fields_of(visitor.decide(visitor.signed_in()))["user_login"] == "new@example.org"
        person = world.team.people.get("new@example.org")
        assert (person.role, person.groups) == ("writer", groups)
        assert person.shown_name == "New Person"
        assert "people.add" in [entry["action"] for entry in world.team.audit.page(9)]
        # Nobody becomes who is there already.
        for claims in ({"email": "boss"}, {"email": ""}, {"email_verified": False}):
            provider.changes = {"sub": "other", **claims}
            assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 403
        world.team.people.add("taken@example.org", "viewer", None)
        provider.changes = {"sub": "other", "email": "taken@example.org"}
        assert "already" in refusal(visitor, visitor.answer(visitor.begin()))[2]


def test_the_name_finds_a_person_but_never_an_owner(tmp_path: Path, provider: FakeProvider) -> None:
    with opened(tmp_path, provider, claim="preferred_username") as world:
        visitor = Visitor(world, provider)
        assert fields_of(visitor.decide(visitor.signed_in()))["user_login"] == "olga"
        provider.claims |= {"sub": "s-2", "preferred_username": "Boss"}
        assert "owner" in refusal(visitor, visitor.answer(visitor.begin()))[2]
    with opened(tmp_path / "sub", provider, claim="sub", create="viewer") as world:
        visitor = Visitor(world, provider)
        assert fields_of(visitor.decide(visitor.signed_in()))["user_login"] == "s-2"


@pytest.mark.parametrize("name", ["Olga", "olga\u00a0", " olga", "OLGA", "\u212aaren"])
def test_a_name_that_is_written_otherwise_finds_nobody(
    tmp_path: Path, provider: FakeProvider, name: str
) -> None:
    """At many providers these are accounts of their own, which anybody can make."""
    with opened(tmp_path, provider, claim="preferred_username") as world:
        world.team.people.add("karen", "editor", None)
        provider.claims |= {"sub": "stranger", "preferred_username": name}
        visitor = Visitor(world, provider)
        status, _, why = refusal(visitor, visitor.answer(visitor.begin()))
        assert (status, "people link" in why) == (403, True), why
        assert not world.store.rows("SELECT * FROM oidc_identities")


def test_an_address_is_verified_by_who_says_it(visitor: Visitor, provider: FakeProvider) -> None:
    """The ID token has an address that the account's owner wrote, the user info a verified one."""
    provider.changes = {"email_verified": None}
    provider.userinfo = {"sub": "s-1", "email": "mallory@example.org", "email_verified": True}
    assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 403
    assert not visitor.world.store.rows("SELECT * FROM oidc_identities")


def test_what_only_user_info_says(visitor: Visitor, provider: FakeProvider) -> None:
    more = {"sub": "s-1", "email": "olga@example.org", "email_verified": True}
    provider.changes, provider.userinfo = {"email": None, "email_verified": None}, more
    visitor.decide(visitor.signed_in())
    visitor.world.store.run("DELETE FROM oidc_identities")
    provider.userinfo = {**more, "sub": "s-2"}
    status, _, why = refusal(visitor, visitor.answer(visitor.begin()))
    assert (status, why) == (502, "the provider's user info is about somebody else")


# -- tokens ----------------------------------------------------------------------------------------


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, "none")


def by_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, SECRET.ljust(32, "x"), "HS256", {"kid": "first"})


def by_stranger(claims: dict[str, Any]) -> str:
    return FakeProvider().signed(claims)


def by_rsa(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", {"kid": "first"})


def by_other_curve(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, ec.generate_private_key(ec.SECP384R1()), "ES384", {"kid": "first"})


LONG_AGO, FAR = 1_000_000_000, 9_000_000_000
BAD_CLAIMS: tuple[dict[str, Any], ...] = (
    {"iss": "https://login.example"},
    {"iss": None},
    {"aud": "another"},
    {"aud": ["posto", "another"]},
    {"aud": ["posto", "another"], "azp": "another"},
    {"aud": None},
    {"azp": "another"},
    {"exp": LONG_AGO},
    {"exp": None},
    {"exp": "soon"},
    {"iat": FAR},
    {"iat": None},
    {"nbf": FAR},
    {"nonce": "of another sign-in"},
    {"nonce": None},
    {"nonce": 7},
    {"sub": None},
    {"sub": ""},
    {"sub": "x" * 256},
    {"sub": 7},
)


def test_a_token_of_something_else_is_refused(visitor: Visitor, provider: FakeProvider) -> None:
    for changes in BAD_CLAIMS:
        provider.changes = changes
        status, page, why = refusal(visitor, visitor.answer(visitor.begin()))
        assert (status, "cannot be used" in page) == (502, True), changes
        assert "ID token" in why, changes
        assert visitor.world.store.rows("SELECT * FROM oidc_sign_ins") == []
    provider.changes = {"aud": ["posto"], "azp": "posto"}
    visitor.decide(visitor.signed_in())


def test_a_token_by_another_key_is_refused(visitor: Visitor, provider: FakeProvider) -> None:
    for sign in (unsigned, by_secret, by_stranger, by_rsa, by_other_curve, lambda _: "x.y.z"):
        provider.sign = sign
        assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 502, sign


def test_a_token_that_was_changed_is_refused(visitor: Visitor, provider: FakeProvider) -> None:
    def changed(claims: dict[str, Any]) -> str:
        head, _, signature = provider.signed(claims).split(".")
        other = provider.signed({**claims, "sub": "s-2"}).split(".")[1]
        return f"{head}.{other}.{signature}"

    provider.sign = changed
    assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 502


def test_keys_that_are_secrets_or_for_encryption_sign_nothing(
    visitor: Visitor, provider: FakeProvider
) -> None:
    shared = {"kty": "oct", "kid": "first", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldA"}
    for keys in (
        {"keys": [shared]},
        {"keys": [{**provider.keys[0].public(), "use": "enc"}]},
        {"keys": [{**provider.keys[0].public(), "alg": "ES384"}]},
        {"keys": [provider.keys[0].public()] * 2},
        {"keys": [{"kty": "EC", "kid": "first"}]},
        {"keys": ["first", None]},
        {"keys": {}},
        [],
    ):
        provider.answers["/keys"] = keys
        assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 502, keys


def test_new_keys_are_fetched_when_a_token_names_one(
    visitor: Visitor, provider: FakeProvider
) -> None:
    visitor.decide(visitor.signed_in())
    visitor.decide(visitor.signed_in())
    assert provider.asked.count("/keys") == 1
    provider.keys = [provider.keys[0], SigningKey("second")]
    visitor.decide(visitor.signed_in())
    assert provider.asked.count("/keys") == 2
    # A key that was taken away signs nothing any more, once the list was read.
    old = provider.keys.pop(0)
    provider.keys.append(SigningKey("third"))
    visitor.decide(visitor.signed_in())
    provider.sign = lambda claims: provider.signed(claims, old)
    assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 502


# -- answers ---------------------------------------------------------------------------------------


def test_an_answer_counts_once_and_in_its_browser_alone(
    visitor: Visitor, world: TeamWorld, provider: FakeProvider
) -> None:
    answer = visitor.answer(visitor.begin())
    thief = Visitor(world, provider)
    status, page = thief.ask("GET", answer)
    assert (status, "begun in another browser" in page) == (403, True)
    thief.begin()  # a browser with a cookie of its own
    assert thief.ask("GET", answer)[0] == 403
    assert visitor.ask("GET", answer)[0] == 303
    address = visitor.header("Location")
    assert visitor.ask("GET", answer)[0] == 410
    # Who sees the address of the page cannot press its button.
    assert thief.ask("GET", address)[0] == 403
    assert thief.ask("POST", address, {"token": "x", "word": "allow"})[0] == 403


def test_the_cookie_from_before_the_sign_in_is_worth_nothing_after_it(
    visitor: Visitor, world: TeamWorld, provider: FakeProvider
) -> None:
    page = visitor.begin()
    planted = Visitor(world, provider)
    planted.cookies = dict(visitor.cookies)
    visitor.ask("GET", visitor.answer(page))
    address = visitor.header("Location")
    assert planted.cookies != visitor.cookies
    assert planted.ask("GET", address)[0] == 403
    assert visitor.ask("GET", address)[0] == 200


def test_states_and_cookies_of_two_sign_ins_do_not_mix(
    visitor: Visitor, provider: FakeProvider
) -> None:
    first, second = visitor.begin(), visitor.begin()
    mixed = visitor.answer(first).replace(state_of(first), state_of(second))
    # The provider knows the code with another challenge.
    assert refusal(visitor, mixed)[0] == 502
    assert visitor.ask("GET", visitor.answer(first))[0] == 303, "the other one goes on"


def test_states_that_nobody_began(visitor: Visitor) -> None:
    visitor.begin()
    for state in ("", "unknown", "%C3%A4" * 50, "%FF", "x" * 3_000):
        assert visitor.ask("GET", f"/posto-sign-in?code=c&state={state}")[0] == 410


def test_the_provider_has_to_be_the_one(visitor: Visitor, provider: FakeProvider) -> None:
    answer = visitor.answer(visitor.begin(), iss="https://evil.example")
    assert "names another provider" in refusal(visitor, answer)[2]
    assert visitor.ask("GET", visitor.answer(visitor.begin(), iss=provider.url))[0] == 303


def test_a_provider_that_names_itself_does_so_always(
    visitor: Visitor, provider: FakeProvider
) -> None:
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    assert "another provider" in refusal(visitor, visitor.answer(visitor.begin()))[2]


def test_the_provider_says_no(visitor: Visitor) -> None:
    page = visitor.begin()
    answer = f"/posto-sign-in?error=access_denied&state={state_of(page)}"
    assert refusal(visitor, answer)[2] == "the provider answers access_denied"
    # Nobody writes a line of their own into logs.
    answer = f"/posto-sign-in?error=x%0A9%09boss%09done%E2%80%A8y&state={state_of(visitor.begin())}"
    assert refusal(visitor, answer)[2] == "the provider answers x 9 boss done y"


def test_a_sign_in_ends_after_ten_minutes(visitor: Visitor, world: TeamWorld) -> None:
    answer, address = visitor.answer(visitor.begin()), visitor.signed_in()
    world.now += started.SECONDS + 1
    assert visitor.ask("GET", answer)[0] == 410
    assert visitor.ask("GET", address)[0] == 410
    goal = visitor.decide(visitor.signed_in())
    world.now += started.CODE_SECONDS + 1
    assert visitor.redeem(goal)[0] == 410


def test_the_form_is_of_its_page(visitor: Visitor, world: TeamWorld) -> None:
    address = visitor.signed_in()
    other = visitor.signed_in()
    _, other_page = visitor.ask("GET", other)
    for form, status in (
        ({}, 403),
        ({"token": "", "word": "allow"}, 403),
        ({"token": token_in(other_page), "word": "allow"}, 403),
    ):
        assert visitor.ask("POST", address, form)[0] == status, form
    _, page = visitor.ask("GET", address)
    assert visitor.ask("POST", address, {"token": token_in(page), "word": "x"})[0] == 400
    form = f"token={token_in(page)}&word=allow".encode()
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    for headers in (
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "navigate"},
    ):
        more = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_COOKIE": cookies}
        status, answer = world.ask("", "POST", address, form, headers={**headers, **more})
        assert (status, answer["code"]) == (403, "posto_wrong_origin"), headers
    assert visitor.decide(address).startswith(BACK)
    assert visitor.ask("POST", address, {"token": token_in(page), "word": "allow"})[0] == 410


def test_a_code_is_worth_one_password_and_to_its_app_alone(visitor: Visitor) -> None:
    goal = visitor.decide(visitor.signed_in())
    assert visitor.redeem(goal, "another program's verifier")[0] == 410
    assert visitor.redeem(goal)[0] == 410, "it was stolen, so it is worth nothing"
    goal = visitor.decide(visitor.signed_in())
    assert visitor.redeem(goal)[0] == 200
    assert visitor.redeem(goal)[0] == 410
    for body in ({}, {"code": 1, "code_verifier": "x"}, {"code": "x"}):
        assert visitor.world.ask("", "POST", f"{POSTO}/sign-in", body)[0] == 400


@pytest.mark.parametrize("removed_at", ["before the page", "before the word", "before the code"])
def test_who_was_removed_gets_nothing(visitor: Visitor, removed_at: str) -> None:
    remove = visitor.world.team.people.remove
    address = visitor.signed_in()
    if removed_at == "before the page":
        remove("olga")
        assert visitor.ask("GET", address)[0] == 410
    elif removed_at == "before the word":
        _, page = visitor.ask("GET", address)
        remove("olga")
        form = {"token": token_in(page), "word": "allow"}
        assert visitor.ask("POST", address, form)[0] == 410
    else:
        goal = visitor.decide(address)
        remove("olga")
        assert visitor.redeem(goal)[0] == 410
    assert visitor.world.store.rows("SELECT * FROM app_passwords WHERE made_by <> ''") == []


def test_who_is_disabled_gets_no_password(visitor: Visitor) -> None:
    address = visitor.signed_in()
    visitor.world.team.people.add("otto", "owner", None)
    visitor.world.team.people.set_disabled("olga", True)
    assert visitor.ask("GET", address)[0] in (403, 410)
    assert visitor.world.store.rows("SELECT * FROM app_passwords WHERE made_by <> ''") == []


OTHER_PLACES = (
    "https://evil.example/",
    "http://127.0.0.1/",
    "http://127.0.0.1:80@evil.example/",
    "http://127.0.0.1:80\\@evil.example/",
    "http://127.0.0.1.evil.example:80/",
    "http://localhost:80/",
    "http://127.0.0.1:80/#x",
    "http://127.0.0.1:80/\r\nSet-Cookie: a=b",
    "//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://127.0.0.1:80/" + "x" * 1_000,
)


def test_it_leads_nowhere_but_to_this_computer(visitor: Visitor) -> None:
    for goal in OTHER_PLACES:
        for name in ("success_url", "reject_url"):
            query = visitor.query(**{name: goal})
            status, page = visitor.ask("GET", f"{AUTHORIZE}?{query}")
            assert (status, name in page) == (400, True), goal
    assert visitor.world.store.rows("SELECT * FROM oidc_sign_ins") == []


def test_what_apps_have_to_say(visitor: Visitor) -> None:
    for changes in ({"app_name": " \0\n"}, {"code_challenge": "short"}, {"success_url": ""}):
        query = visitor.query(**changes)
        assert visitor.ask("GET", f"{AUTHORIZE}?{query}")[0] == 400, changes
    assert visitor.signed_in(success_url="http://[::1]:9/x", app_name="A\u202eB\n" + "c" * 300)
    (row,) = visitor.world.store.rows("SELECT device FROM oidc_sign_ins")
    assert row["device"] == ("A B " + "c" * 300)[:100]


def test_the_cookie_is_for_this_server_alone(visitor: Visitor, provider: FakeProvider) -> None:
    visitor.begin()
    cookie = visitor.header("Set-Cookie")
    assert cookie.endswith("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax")
    from posto_desktop.server.team.oidc import asked

    assert asked.cookie_name("a" * 64, is_encrypted=True) == f"__Host-posto-{'a' * 16}"
    assert asked.read_browser("x=1; y=abcdefghijklmnopqrstuvwxyz", "y") is not None
    twice = "y=abcdefghijklmnopqrstuvwxyz; y=abcdefghijklmnopqrstuvwxy0"
    assert asked.read_browser(twice, "y") is None


def test_links_of_other_sites_lead_here_but_do_nothing_else(world: TeamWorld) -> None:
    link = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "navigate"}
    fetch = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "cors"}
    assert world.ask("", "GET", AUTHORIZE, headers=link)[0] == 400
    assert world.ask("", "GET", AUTHORIZE, headers=fetch)[0] == 403
    assert world.ask("", "GET", "/posto-sign-in", headers=link)[0] == 410
    assert world.ask("", "GET", "/wp-json/", headers=link)[0] == 403
    assert world.ask("", "POST", f"{POSTO}/sign-in", {}, headers=link)[0] == 403


def test_too_many_begun_sign_ins(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(started, "MOST_OF_NETWORK", 3)
    for _ in range(3):
        visitor.begin()
    assert visitor.ask("GET", f"{AUTHORIZE}?{visitor.query()}")[0] == 429
    elsewhere = {"address": "198.51.100.7"}
    path = f"{AUTHORIZE}?{visitor.query()}"
    assert visitor.world.ask("", "GET", path, **elsewhere)[0] == 303
    visitor.world.now += started.SECONDS + 1
    visitor.begin()


def test_another_server_goes_on(visitor: Visitor, world: TeamWorld, provider: FakeProvider) -> None:
    """Each step on a server of its own, which knows nothing but the database."""

    def another_server() -> None:
        ingress = Ingress()
        ingress.port = 80
        operation = OperationRoutes(world.workspace)
        world.web = make_web(world.workspace, lambda: None, ingress, operation, settings(provider))

    answer = visitor.answer(visitor.begin())
    another_server()
    visitor.ask("GET", answer)
    address = visitor.header("Location")
    another_server()
    goal = visitor.decide(address)
    another_server()
    assert visitor.redeem(goal)[0] == 200


def test_behind_a_proxy_all_is_at_the_public_address(
    visitor: Visitor, world: TeamWorld, provider: FakeProvider
) -> None:
    ingress = Ingress(Exposure(proxies=("192.0.2.1",), public_url="https://posto.example.org"))
    ingress.port = 80
    operation = OperationRoutes(world.workspace)
    world.web = make_web(world.workspace, lambda: None, ingress, operation, settings(provider))
    visitor.headers = {
        "HTTP_HOST": "posto.example.org",
        "HTTP_X_FORWARDED_FOR": "198.51.100.7",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": "posto.example.org",
    }
    visitor.origin = "https://posto.example.org"
    page = visitor.begin()
    assert fields_of(page)["redirect_uri"] == "https://posto.example.org/posto-sign-in"
    cookie = visitor.header("Set-Cookie")
    assert cookie.startswith("__Host-posto-")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert visitor.ask("GET", visitor.answer(page))[0] == 303
    address = visitor.header("Location")
    assert address.startswith("https://posto.example.org/posto-sign-in/")
    goal = visitor.decide(address)
    assert fields_of(goal)["site_url"] == "https://posto.example.org"
    assert world.store.rows("SELECT network FROM oidc_sign_ins") == [{"network": "198.51.100.7"}]


def test_before_there_is_an_owner_nobody_signs_in(tmp_path: Path, provider: FakeProvider) -> None:
    world = TeamWorld(tmp_path, oidc=settings(provider))
    visitor = Visitor(world, provider)
    status, page = visitor.ask("GET", f"{AUTHORIZE}?{visitor.query()}")
    assert (status, "no people yet" in page) == (403, True)
    world.close()
