from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk.redact import Redactor, bare_url, basic_token, token_secrets

PASSWORD = "abcd efgh ijkl mnop"


def test_a_secret_is_hidden_in_every_form() -> None:
    token = basic_token("ann", PASSWORD)
    redact = Redactor(token_secrets(token))
    text = (
        f"{PASSWORD} {PASSWORD.replace(' ', '')} Basic {token} abcd%20efgh%20ijkl%20mnop "
        f"{base64.b64encode(PASSWORD.encode()).decode()}"
    )
    shown = redact(text)
    for form in (PASSWORD, "abcdefgh", token, "ijkl", base64.b64encode(b"abcd").decode()[:4]):
        assert form not in shown
    assert PASSWORD not in repr(redact)


def test_what_looks_like_a_secret_is_hidden_too() -> None:
    redact = Redactor()
    assert "hush" not in redact('{"proxy": "http://ann:hush@proxy:80"}')
    assert "hush" not in redact("see http://ann:hush@host/x")
    assert "hush" not in redact("GET /posto-calendar/hush_-9.ics"), "of an older log"
    assert "QWxhZGRpbjpvcGVu" not in redact("Authorization: Basic QWxhZGRpbjpvcGVu")
    assert redact("The proxy is slow and the password wrong.") == (
        "The proxy is slow and the password wrong."
    )


@given(st.text(min_size=8, alphabet=st.characters(categories=["L", "N"])), st.text())
def test_no_text_shows_the_secret(secret: str, around: str) -> None:
    shown = Redactor([secret])(f"{around}{secret}{around}")
    assert secret not in shown.replace("***", "") or secret in around


def test_addresses_are_shown_bare() -> None:
    assert bare_url("https://u:p@example.com:8443/a/b?token=x#y") == "https://example.com:8443/a/b"
    assert bare_url("http://[::1]:8/x?y") == "http://[::1]:8/x"
    assert bare_url("http://[") == "http://["
    assert bare_url("http://127.0.0.1:99999/?token=x#y") == "http://127.0.0.1:99999/"
    # Cut at its slash, a password would be taken for a port.
    assert bare_url("https://user:pa/ss@example.com/") == "***"
    assert bare_url("http://user:pass@[/") == "***"
