"""Sign-in by an OpenID provider: its options and commands, its rows in both databases, and what
comes from outside in any form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from posto_desktop.server.__main__ import _parse
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import StartError
from posto_desktop.server.forms import parse_fields
from posto_desktop.server.team import command
from posto_desktop.server.team.oidc import asked
from posto_desktop.server.team.oidc.id_token import UnknownKeyError, claims_of, keys_of
from posto_desktop.server.team.oidc.identities import Identities
from posto_desktop.server.team.oidc.provider import read_metadata
from posto_desktop.server.team.oidc.refusal import DeviceRequest, OidcRefused
from posto_desktop.server.team.oidc.settings import CREDENTIAL, OidcSettings, settings_of
from posto_desktop.server.team.oidc.started import SECONDS, Browser, StartedSignIns, challenge_of
from posto_desktop.server.team.people import People, TeamError

from .databases import DATABASES, opened

ISSUER = "https://login.example/realms/shop"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as store:
        yield store


# -- options ---------------------------------------------------------------------------------------


def read(*words: str, has_database: bool = True, **environment: str) -> OidcSettings | None:
    options = _parse(["--data", "x", *words])
    return settings_of(options, has_database=has_database, environment=environment)


def test_options(tmp_path: Path) -> None:
    assert read() is None
    assert read("--oidc-issuer", ISSUER, "--oidc-client-id", "posto") == OidcSettings(
        ISSUER, "posto"
    )
    secret = tmp_path / CREDENTIAL
    secret.write_text("of the client\n")
    secret.chmod(0o600)
    full = read(
        "--oidc-issuer", "http://127.0.0.1:9", "--oidc-client-id", "posto",
        "--oidc-client-secret-file", str(secret), "--oidc-claim", "sub",
        "--oidc-create", "writer", "--oidc-groups", "B, a",
    )  # fmt: skip
    assert full == OidcSettings(
        "http://127.0.0.1:9", "posto", "of the client", "sub", "writer", frozenset({"a", "b"})
    )
    assert "of the client" not in repr(full)
    by_systemd = read(
        "--oidc-issuer", ISSUER, "--oidc-client-id", "posto", "--oidc-create", "editor",
        "--oidc-groups", "all", CREDENTIALS_DIRECTORY=str(tmp_path),
    )  # fmt: skip
    assert by_systemd == OidcSettings(
        ISSUER, "posto", "of the client", create="editor", groups=None
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--oidc-client-id", "posto"], "give --oidc-issuer, too"),
        (["--oidc-create", "viewer"], "--oidc-create belongs"),
        (["--oidc-issuer", ISSUER], "--oidc-client-id ID"),
        (["--oidc-issuer", "http://login.example", "--oidc-client-id", "p"], "https"),
        (["--oidc-issuer", "login.example", "--oidc-client-id", "p"], "https"),
        (["--oidc-issuer", f"{ISSUER}?x=1", "--oidc-client-id", "p"], "names itself"),
        (["--oidc-issuer", ISSUER, "--oidc-client-id", "p", "--oidc-groups", "a"], "--oidc-create"),
        (
            ["--oidc-issuer", ISSUER, "--oidc-client-id", "p", "--oidc-client-secret-file", "no"],
            "cannot be read",
        ),
        (
            ["--oidc-issuer", ISSUER, "--oidc-client-id", "p", "--oidc-create", "viewer",
             "--oidc-groups", "<x>"],
            "--oidc-groups",
        ),
    ],
)  # fmt: skip
def test_options_that_cannot_be(words: list[str], message: str) -> None:
    with pytest.raises(StartError) as refused:
        read(*words)
    assert message in refused.value.user_message


def test_a_provider_needs_people_and_makes_no_owners(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--oidc-issuer", ISSUER, "--oidc-client-id", "posto")
    with pytest.raises(StartError, match="people of a team"):
        read(*words, has_database=False)
    with pytest.raises(SystemExit):
        read(*words, "--oidc-create", "owner")
    assert "invalid choice" in capsys.readouterr().err


# -- rows ------------------------------------------------------------------------------------------


def test_commands(store: ServerDatabase) -> None:
    lines = list[str]()

    def run(*words: str) -> list[str]:
        lines.clear()
        command.run(store, command._parser().parse_args(list(words)), lines.append)
        return list(lines)

    run("people", "add", "olga", "--role", "owner")
    run("people", "add", "ed", "--role", "editor", "--groups", "a")
    run("people", "email", "ed", "Ed@Example.org")
    for name, email in (("olga", "ED@example.org"), ("olga", "no address"), ("olga", "é@x.org")):
        with pytest.raises(TeamError):
            run("people", "email", name, email)
    run("people", "link", "olga", "s-1", "--issuer", ISSUER)
    for name, subject in (("ed", "s-1"), ("olga", "s-2"), ("ed", ""), ("nobody", "s-3")):
        with pytest.raises(TeamError):
            run("people", "link", name, subject, "--issuer", ISSUER)
    with pytest.raises(StartError):
        run("people", "link", "ed", "s-4", "--issuer", "http://login.example")
    ed, olga = run("people", "accounts")
    assert ed == "ed\ted@example.org\tnever signed in by a provider"
    assert olga.startswith(f"olga\tno e-mail address\t{ISSUER}\ts-1\tlinked ")
    assert olga.endswith("\tnever used")
    people = People(store)
    people.add_password("ed", "Laptop", made_by="provider")
    (line,) = run("people", "password", "list", "ed")
    assert " by the provider\tnever used" in line
    run("people", "unlink", "olga")
    with pytest.raises(TeamError):
        run("people", "unlink", "olga")
    run("people", "email", "ed", "")
    assert people.of_email("ed@example.org") is None
    run("people", "link", "ed", "s-1", "--issuer", ISSUER)
    run("people", "remove", "ed")
    assert store.rows("SELECT * FROM oidc_identities") == []
    actions = [line.split("\t")[3] for line in run("audit")]
    assert {"people.email", "people.link", "people.unlink"} <= set(actions)


def test_each_step_once(store: ServerDatabase) -> None:
    now = [1_000.0]
    people = People(store)
    person = people.add("olga", "owner", None)
    sign_ins = StartedSignIns(store, lambda: now[0])
    request = DeviceRequest("Laptop", "http://127.0.0.1:9/", "", challenge_of("verifier"))
    state, browser = sign_ins.begin(request, "https://posto.example/posto-sign-in", "192.0.2.1")
    stored = str(store.rows("SELECT * FROM oidc_sign_ins"))
    assert state not in stored
    assert browser.secret not in stored
    for wrong in (None, Browser(""), Browser("x" * 43)):
        with pytest.raises(OidcRefused):
            sign_ins.take_answer(state, wrong)
    begun = sign_ins.take_answer(state, browser)
    assert (begun.request, begun.person_id) == (request, 0)
    with pytest.raises(OidcRefused):
        sign_ins.take_answer(state, browser)
    renewed = sign_ins.sign_in(begun, browser, person.id)
    with pytest.raises(OidcRefused):
        sign_ins.sign_in(begun, browser, person.id)
    with pytest.raises(OidcRefused):
        sign_ins.signed_in(begun.id, browser)
    assert sign_ins.signed_in(begun.id, renewed).person_id == person.id
    decided = sign_ins.take_word(begun.id, renewed)
    with pytest.raises(OidcRefused):
        sign_ins.take_word(begun.id, renewed)
    code = sign_ins.make_code(decided)
    assert code not in str(store.rows("SELECT * FROM oidc_sign_ins"))
    assert sign_ins.redeem(code, "verifier").person_id == person.id
    with pytest.raises(OidcRefused):
        sign_ins.redeem(code, "verifier")
    sign_ins.begin(request, "x", "192.0.2.1")
    now[0] += SECONDS
    sign_ins.begin(request, "x", "192.0.2.1")
    assert len(store.rows("SELECT * FROM oidc_sign_ins")) == 1, "those that are over go"
    settings = OidcSettings(ISSUER, "posto", create="viewer")
    identities = Identities(store, people, lambda: now[0])
    claims = {"sub": "s", "email": "new@example.org", "email_verified": True}
    assert identities.find(claims, settings)[1] == "created"
    assert identities.find(claims, settings)[1] == ""


def test_what_is_made_for_a_browser_is_for_one_purpose() -> None:
    browser = Browser("secret")
    proofs = {browser.proof(purpose) for purpose in ("nonce a", "nonce b", "verifier a", "form a")}
    assert len(proofs | {Browser("other").proof("nonce a")}) == 5
    assert all(len(proof) == 43 for proof in proofs)  # as RFC 7636 wants a verifier
    # The example of RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


# -- what comes from outside -----------------------------------------------------------------------


@settings(max_examples=settings.default.max_examples // 2)
@given(
    st.dictionaries(
        st.sampled_from(["authorization_endpoint", "token_endpoint", "jwks_uri",
                         "userinfo_endpoint", "token_endpoint_auth_methods_supported", "x"]),
        JSON | st.sampled_from(["https://a.example/x", "http://127.0.0.1", "https://["]),
    )
)  # fmt: skip
def test_any_description_is_read_or_refused(document: dict[str, Any]) -> None:
    try:
        metadata = read_metadata({"issuer": ISSUER, **document}, ISSUER)
    except OidcRefused:
        return
    addresses = [metadata.authorization, metadata.token, metadata.keys, metadata.userinfo]
    assert all(address.startswith("https://") for address in addresses if address)


@settings(max_examples=settings.default.max_examples // 2)
@given(st.dictionaries(st.sampled_from(["keys", "x"]), JSON), st.text())
def test_any_keys_and_any_token_are_read_or_refused(document: dict[str, Any], token: str) -> None:
    try:
        keys = keys_of(document)
        claims_of(token, keys, issuer=ISSUER, client_id="posto", nonce="n")
    except (OidcRefused, UnknownKeyError):
        return
    raise AssertionError("nobody has signed it")


@example({"app_name": "0", "success_url": "http://127.0.0.1:\N{ARABIC-INDIC DIGIT ZERO}"})
@given(
    st.dictionaries(
        st.sampled_from(["app_name", "success_url", "reject_url", "code_challenge"]),
        st.text() | st.from_regex(r"http://127\.0\.0\.1:\d+[/?@:\\#]\w*", fullmatch=True),
    )
)
def test_any_request_of_an_app_is_read_or_refused(fields: dict[str, str]) -> None:
    try:
        request = asked.read_request(parse_fields(urlencode(fields, errors="surrogatepass")))
    except OidcRefused:
        return
    for goal in (request.success_url, request.reject_url):
        assert not goal or goal.startswith(("http://127.0.0.1:", "posto:"))
        assert quote(goal, safe="!#$%&'()*+,/:;=?@[]~") == goal, "it is a header as it is"
    assert request.device.isprintable()


@given(st.text(), st.text())
def test_any_cookies_are_read_or_not(before: str, value: str) -> None:
    browser = asked.read_browser(f"{before}; posto-a={value}", "posto-a")
    assert browser is None or browser.secret == value.strip()
