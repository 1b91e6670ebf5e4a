"""Tests that reports hide the user's names, however a log spells them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from posto_desktop.core.private_names import NameRedactor, Owner, _is_identifying
from posto_desktop.workers.problem_report import ReportRedactor

WINDOWS = Owner("C:\\Users\\Jörg O'Neil", ("Jörg O'Neil",), ("DESKTOP-7KQ2", "NORDLICHT"))
MARKS = ("qx1", "wz2")  # what stands around a name, and is none


def shown(text: str, owner: Owner = WINDOWS) -> str:
    return NameRedactor(owner)(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (r"C:\Users\Jörg O'Neil\AppData\posto.log", r"~\AppData\posto.log"),
        (r"'C:\\Users\\Jörg O\'Neil\\AppData'", r"'~\\AppData'"),
        (r'"C:\\Users\\J\u00f6rg O' + r"'Neil\\x" + '"', r'"~\\x"'),
        (r"c:\users\jörg o'neil\x", r"~\x"),
        ("C:/Users/Jörg O'Neil/x", "~/x"),
        ("file:///C:/Users/J%C3%B6rg%20O%27Neil/x.jpg", "file:///~/x.jpg"),
        ("file:///c%3A/users/j%c3%b6rg%20o'neil", "file:///~"),
        (r"\\?\C:\Users\Jörg O'Neil\x", r"\\?\~\x"),
        (r"\\nas\home\Users\Jörg O'Neil\x", r"\\nas\home\Users\***\x"),
        ("//nas/home/Users/Jörg/x", "//nas/home/Users/***/x"),
        (r"C:\Users\JRGO'N~1\AppData\Local\Temp\x", r"C:\Users\***\AppData\Local\Temp\x"),
        ("JÖRGO'~1 and JÖ4A1F~2", "*** and ***"),
        (r"C:\Users\Jane Roe\x", r"C:\Users\***\x"),
        (r"C:\Documents and Settings\jane", r"C:\Documents and Settings\***"),
        ("/home/jane/x and /Users/jane.roe", "/home/***/x and /Users/***"),
        ("file:///home/jane/x", "file:///home/***/x"),
        ("said JÖRG O'NEIL: no", "said ***: no"),
        ("Jo\u0308rg O'Neil on desktop-7kq2 of nordlicht", "*** on *** of ***"),
        ("by%20J%C3%B6rg%20O%27Neil", "by%20***"),
    ],
)
def test_no_spelling_stays(text: str, left: str) -> None:
    assert shown(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "GET /wp-json/wp/v2/users/me answered 200",
        "GET https://posto.example/home/page and /users/list",
        r"C:\Users\Public\Pictures, C:\Program Files\Posto Desktop\x.dll",
        r"File \"C:\build\posto_desktop\app.py\", line 12, in run",
        "/usr/share/x, /homes/x, /mnt/home/x, ./home/x",
        "the user of a desktop: root, admin",
        "2026-11-25 17:00:01,123 WARNING posto_desktop.workers.pool: 127.0.0.1 is not responding",
    ],
)
@pytest.mark.parametrize("name", ["user", "a", "root", "os", "hom", "Use", "desktop", "it"])
def test_ordinary_text_stays(text: str, name: str) -> None:
    for home in (f"/home/{name}", f"C:\\Users\\{name}"):
        assert shown(text, Owner(home, (name,), ("localhost",))) == text


def test_a_name_inside_a_word_is_none() -> None:
    owner = Owner("/home/ann", ("ann",), ("sea",))
    text = "annual search in /home/annex of channel ann"
    assert shown(text, owner) == "annual search in /home/*** of channel ***"


def test_the_folder_that_the_user_chose_has_its_name() -> None:
    hide = NameRedactor(WINDOWS, {"POSTO_HOME": "E:\\Ann's plans\\posto"})
    assert hide(r"'E:\\Ann\'s plans\\posto\\data\\posto.db'") == r"'POSTO_HOME\\data\\posto.db'"
    # The narrower folder comes first, and the rest of a disk is not part of one.
    hide = NameRedactor(Owner("/root"), {"POSTO_HOME": "/root/plans"})
    assert hide("/root/plans/x /root/x /rootfs /srv/root") == "POSTO_HOME/x ~/x /rootfs /srv/root"
    assert NameRedactor(Owner("/"))("/usr/x") == "/usr/x"
    assert NameRedactor(Owner("C:\\"))("C:\\usr\\x") == "C:\\usr\\x"


@pytest.mark.parametrize("piece", ["\\", "//", "%5c", "C:/", "\\Users", "Jörg"])
def test_a_line_of_nothing_else_takes_no_minutes(piece: str) -> None:
    assert len(shown(piece * 80_000)) >= 80_000


LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Mn"), exclude_characters="\u0345")
SIGNS = st.sampled_from(" .'-_&#+()!@$,;=[]{}^~%ßñé🎉")
NAMES = st.one_of(
    st.text(LETTERS, min_size=1, max_size=12),
    st.text(st.one_of(LETTERS, SIGNS), min_size=1, max_size=20),
    st.sampled_from(["user", "a", "Jane Roe", "jane.roe", "Ünal Ç", "山田", "o'brien", "in"]),
)


def windows(name: str) -> str:
    return f"C:\\Users\\{name}"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda name: windows(name),
    "small": lambda name: windows(name).lower(),
    "capitals": lambda name: windows(name).upper(),
    "json": lambda name: json.dumps(windows(name))[1:-1],
    "json as it is": lambda name: json.dumps(windows(name), ensure_ascii=False)[1:-1],
    "python": lambda name: ascii(windows(name))[1:-1],
    "twice": lambda name: json.dumps(json.dumps(windows(name)))[3:-3],
    "slashes": lambda name: f"C:/Users/{name}",
    "mixed": lambda name: f"C:\\Users/{name}",
    "long": lambda name: f"\\\\?\\{windows(name)}",
    "address": lambda name: f"file:///C:/Users/{quote(name)}",
    "all escaped": lambda name: quote(windows(name), safe=""),
    "small escapes": lambda name: quote(windows(name), safe="").lower(),
    "apart": lambda name: unicodedata.normalize("NFD", windows(name)),
}


@given(name=NAMES, spelling=st.sampled_from(sorted(SPELLINGS)))
@example(name="ß", spelling="capitals")
@example(name="İ", spelling="small")
def test_every_name_in_every_spelling(name: str, spelling: str) -> None:
    name = unicodedata.normalize("NFC", name.strip(". "))
    assume(name and name.casefold() not in MARKS)
    path = SPELLINGS[spelling](name)
    hide = NameRedactor(Owner(windows(name), (name,)))
    for behind in ("\\x.log", "/x.log", ": no", "", "'"):
        left = hide(f"qx1 {path}{behind} wz2")
        prefix = next((start for start in ("\\\\?\\", "file:///") if path.startswith(start)), "")
        assert left == f"qx1 {prefix}~{behind} wz2"


@given(name=NAMES, folder=st.sampled_from(["/home/", "/Users/", "/srv/people/"]))
def test_every_name_on_other_systems(name: str, folder: str) -> None:
    name = unicodedata.normalize("NFC", name.strip(". "))
    assume(name and name.casefold() not in MARKS)
    hide = NameRedactor(Owner(f"{folder}{name}", (name,)))
    for path in (f"{folder}{name}", f"file://{folder}{quote(name)}", json.dumps(folder + name)):
        left = hide(f"qx1 {path} wz2")
        assert left in ("qx1 ~ wz2", "qx1 file:~ wz2", 'qx1 "~" wz2')


@given(name=NAMES)
def test_the_bare_name_goes_unless_it_tells_nothing(name: str) -> None:
    name = unicodedata.normalize("NFC", name.strip(". "))
    assume(_is_identifying(name) and name.casefold() not in MARKS)
    assume(name[0].isalnum() and name[-1].isalnum())
    hide = NameRedactor(Owner("", (name,)))
    for spelled in (name, name.lower(), name.upper(), quote(name), json.dumps(name)[1:-1]):
        assert hide(f"qx1 {spelled}, wz2") == "qx1 ***, wz2"


def test_the_report_knows_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/data/people/nordlicht")
    monkeypatch.setenv("USERPROFILE", "/data/people/nordlicht")
    monkeypatch.setenv("USERNAME", "annabel")
    monkeypatch.setenv("COMPUTERNAME", "LIGHTHOUSE")
    clean = ReportRedactor([], [], {"POSTO_HOME": "/data/secret plans"})
    text = "annabel on lighthouse: /data/people/nordlicht/x, /data/secret%20plans/posto.db"
    assert clean(text) == "*** on ***: ~/x, POSTO_HOME/posto.db"
