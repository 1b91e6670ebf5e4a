"""What sidecars and XMP say, and that no bytes from outside do harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core.sidecar import MAX_BYTES, SidecarError, read_sidecar
from posto_desktop.core.sidecar_texts import SidecarTexts, merged
from posto_desktop.core.xmp import MAX_DEPTH, XmpError, read_xmp

NAMES = ("a.txt", "a.md", "a.json", "a.xmp")
XMP = """<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">
<dc:description><rdf:Alt><rdf:li xml:lang="de">Das Meer</rdf:li>
<rdf:li xml:lang="x-default">The sea &amp; me</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>Sea</rdf:li><rdf:li>Buns</rdf:li></rdf:Bag></dc:subject>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Waves</rdf:li></rdf:Alt>
</Iptc4xmpCore:AltTextAccessibility>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_xmp_gives_caption_keywords_and_description() -> None:
    expected = SidecarTexts(text="The sea & me", alt="Waves", labels=("Sea", "Buns"))
    assert read_xmp(XMP.encode()) == expected
    assert read_sidecar(XMP.encode("utf-16"), "a.xmp", "a.jpg") == expected


@pytest.mark.parametrize(
    "bad",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]><x/>',
        "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1),
        "<x>" + "<y/>" * 20_001 + "</x>",
        "<x>&undefined;</x>",
        "no xml",
        "",
    ],
)
def test_xmp_with_a_document_type_or_without_bounds_is_refused(bad: str) -> None:
    with pytest.raises(XmpError):
        read_xmp(bad.encode())


def test_json_of_scripts_and_of_photo_services() -> None:
    own = {"text": " Hi ", "to": "a, b", "labels": ["x", 5, "x"], "when": "friday", "alt": "A"}
    assert read_sidecar(json.dumps(own).encode(), "a.json", "a.jpg") == SidecarTexts(
        text="Hi", to=("a", "b"), labels=("x",), when="friday", alt="A"
    )
    exported = {"title": "a.jpg", "description": "Sea", "photoTakenTime": {"timestamp": "1"}}
    assert read_sidecar(json.dumps(exported).encode(), "a.json", "a.jpg") == SidecarTexts(
        text="Sea"
    )


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"\xff\x00\x80", "UTF-8"),
        ("a.txt", b"x" * (MAX_BYTES + 1), "too large"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"[1]", "cannot be read"),
        ("a.md", b"---\ntoo: x\n---\n", "a.md, line 2, too"),
        ("a.xmp", b"<", "cannot be read"),
        ("a.txt", b"a\0b", "cannot be read"),
    ],
)
def test_an_error_says_the_name_of_the_file(name: str, data: bytes, words: str) -> None:
    with pytest.raises(SidecarError, match=words) as caught:
        read_sidecar(data, name, "a.jpg")
    assert name in caught.value.user_message


def test_the_first_source_wins_for_each_field() -> None:
    first, second = SidecarTexts(text="A"), SidecarTexts(text="B", alt="C", labels=("d",))
    assert merged([first, second]) == SidecarTexts(text="A", alt="C", labels=("d",))
    assert merged([]).is_empty


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=400))
def test_any_bytes_give_texts_or_a_sentence(name: str, data: bytes) -> None:
    try:
        read_sidecar(data, name, "a.jpg").text.encode()
    except SidecarError as error:
        str(error).encode()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(XMP) - 1), st.binary(min_size=1, max_size=6))
def test_damaged_xmp_is_read_or_refused(at: int, bad: bytes) -> None:
    data = XMP.encode()
    try:
        read_xmp(data[:at] + bad + data[at + len(bad) :])
    except XmpError:
        pass
