"""Tests of parsers: queries, forms, headers, multipart, chunked bodies, ranges."""

from __future__ import annotations

import contextlib
import io
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.server import body as bodies
from posto_desktop.server.body import IncomingBody
from posto_desktop.server.errors import ApiError
from posto_desktop.server.files import byte_range
from posto_desktop.server.forms import (
    FormError,
    Multipart,
    header_parameters,
    parse_fields,
    whole_number,
)

names = st.text(st.characters(exclude_characters="[]\0", exclude_categories=["Cs"]), min_size=1)
values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(names, values), max_size=20))
def test_what_was_encoded_is_read_back(pairs: list[tuple[str, str]]) -> None:
    fields = parse_fields(urlencode(pairs))
    for name, value in dict(pairs).items():
        assert fields.text(name) == value


@given(st.lists(st.integers(), min_size=1, max_size=20))
def test_the_three_spellings_of_a_list_are_one(numbers: list[int]) -> None:
    texts = [str(number) for number in numbers]
    brackets = "&".join(f"ids[]={text}" for text in texts)
    indexed = "&".join(f"ids%5B{place}%5D={text}" for place, text in enumerate(texts))
    commas = "ids=" + ",".join(texts)
    for query in (brackets, indexed, commas):
        assert parse_fields(query).many("ids") == texts


@given(st.text())
@example("%")
@example("=%zz&[]=&a[=&]a=1")
@example("\ud800=1")
def test_no_query_breaks_the_parser(text: str) -> None:
    fields = parse_fields(text)
    for name in fields:
        fields.text(name)
        fields.many(name)
        fields.number(name)


def test_bytes_in_a_query_are_utf8() -> None:
    assert parse_fields("q=ü".encode().decode("latin-1")).text("q") == "ü"
    assert parse_fields("q=%C3%BC+b&q=last").text("q") == "last"
    assert parse_fields("q=%FF").text("q") == "\ufffd"


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(FormError):
        parse_fields("a&" * 30_000)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" 12 ", 12),
        ("-3", -3),
        ("5.0", 5),
        (5.0, 5),
        (5.5, None),
        ("5.5", None),
        (True, None),
        (None, None),
        ("", None),
        ("٣", None),
        ("1e3", None),
        (2**63, None),
        ("9" * 30, None),
        (float("nan"), None),
        (float("inf"), None),
        ([], None),
    ],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert whole_number(value) == number


@pytest.mark.parametrize(
    ("header", "kind", "filename"),
    [
        ('attachment; filename="a b.png"', "attachment", "a b.png"),
        ('form-data; name="file"; filename="a;b\\"c.png"', "form-data", 'a;b"c.png'),
        ("attachment; filename=plain.png ; x=y", "attachment", "plain.png"),
        ("attachment; filename*=UTF-8''%E2%82%AC.png", "attachment", "€.png"),
        ("attachment; filename*=x''a; filename=b", "attachment", "b"),
        ("ATTACHMENT;FILENAME=A", "attachment", "A"),
        ("attachment", "attachment", None),
        ("", "", None),
    ],
)
def test_content_dispositions(header: str, kind: str, filename: str | None) -> None:
    disposition, parameters = header_parameters(header)
    assert (disposition, parameters.get("filename")) == (kind, filename)


@given(st.text(max_size=300))
def test_no_header_breaks_the_parser(text: str) -> None:
    header_parameters(text)


# Multipart


def reader(data: bytes, sizes: list[int] | None = None) -> Multipart:
    """A multipart reader over a source that hands out blocks of the given sizes."""
    stream = io.BytesIO(data)
    queue = list(sizes or [])

    def read(size: int) -> bytes:
        return stream.read(min(size, queue.pop(0)) if queue else size)

    return Multipart(read, "BOUNDARY")


def read_parts(data: bytes) -> None:
    for part in reader(data).parts():
        while part.read(64):
            pass


def encode(parts: list[tuple[str, bytes]]) -> bytes:
    body = b""
    for name, content in parts:
        body += b'--BOUNDARY\r\nContent-Disposition: form-data; name="%s"\r\n\r\n' % name.encode()
        body += content + b"\r\n"
    return body + b"--BOUNDARY--\r\n"


contents = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\r\n", b"--BOUNDARY", b"\r\n--BOUNDAR", b"--", b"\r\n\r\n", b"\r"]),
)


@given(
    parts=st.lists(st.tuples(st.from_regex(r"[a-z]{1,8}", fullmatch=True), contents), max_size=6),
    sizes=st.lists(st.integers(1, 40), max_size=200),
)
def test_parts_come_out_as_they_went_in(parts: list[tuple[str, bytes]], sizes: list[int]) -> None:
    parts = [(name, content) for name, content in parts if b"\r\n--BOUNDARY" not in content]
    read: list[tuple[str, bytes]] = []
    for part in reader(encode(parts), sizes).parts():
        content = b""
        while block := part.read(7):
            content += block
        read.append((part.name, content))
    assert read == parts


@given(st.binary(max_size=400))
@example(b"--BOUNDARY\r\n")
@example(b"--BOUNDARY--")
@example(b"--BOUNDARYx\r\n\r\n")
def test_no_body_breaks_the_multipart_reader(data: bytes) -> None:
    with contextlib.suppress(FormError):
        read_parts(data)


@given(
    parts=st.lists(st.tuples(st.just("a"), contents), min_size=1, max_size=3), cut=st.integers(1)
)
def test_a_cut_off_body_is_refused(parts: list[tuple[str, bytes]], cut: int) -> None:
    parts = [(name, content) for name, content in parts if b"--BOUNDARY" not in content]
    data = encode(parts or [("a", b"x")])
    data = data[: cut % (len(data) - 4)]
    with pytest.raises(FormError):
        read_parts(data)


def test_parts_that_are_not_read_are_skipped() -> None:
    data = encode([("one", b"1" * 200_000), ("two", b"2")])
    assert [part.name for part in reader(data).parts()] == ["one", "two"]


def test_oversized_part_headers_and_fields_are_refused() -> None:
    with pytest.raises(FormError, match="headers"):
        list(reader(b"--BOUNDARY\r\nX: " + b"y" * 200_000).parts())
    with pytest.raises(FormError, match="too long"):
        next(iter(reader(encode([("a", b"x" * 100_000)])).parts())).text()
    with pytest.raises(FormError):
        Multipart(lambda size: b"", "")


# Bodies


def chunked(blocks: list[bytes]) -> bytes:
    return (
        b"".join(b"%x\r\n%s\r\n" % (len(block), block) for block in blocks if block) + b"0\r\n\r\n"
    )


@given(st.lists(st.binary(min_size=1, max_size=500), max_size=10), st.integers(1, 300))
def test_a_chunked_body_is_what_was_sent(blocks: list[bytes], size: int) -> None:
    body = IncomingBody(io.BytesIO(chunked(blocks) + b"GET /next"), None)
    read = b""
    while block := body.read(size):
        assert len(block) <= size
        read += block
    assert read == b"".join(blocks)
    assert body.done


@given(st.binary(max_size=200), st.booleans())
def test_no_chunked_body_breaks_the_reader(data: bytes, ended: bool) -> None:
    body = IncomingBody(io.BytesIO(data + (b"0\r\n\r\n" if ended else b"")), None)
    refused = 0
    try:
        body.read_all(1000)
    except ApiError as error:
        refused = error.status
    assert refused in (0, 400, 413)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_body_of_known_length_is_whole_or_refused(data: bytes, length: int) -> None:
    body = IncomingBody(io.BytesIO(data), length)
    if length <= len(data):
        assert body.read_all() == data[:length]
        assert body.done
    else:
        with pytest.raises(ApiError) as caught:
            body.read_all()
        assert caught.value.status == 400


def test_a_stalled_body_is_a_timeout() -> None:
    class Stalled:
        def read(self, size: int, /) -> bytes:
            raise TimeoutError("timed out")

        def readline(self, size: int, /) -> bytes:
            raise TimeoutError("timed out")

    for length in (10, None):
        with pytest.raises(ApiError) as caught:
            IncomingBody(Stalled(), length).read()
        assert caught.value.status == 408


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (2048, "2 KB"),
        (bodies.MAX_JSON, "2 MB"),
        (bodies.MAX_MEDIA, "4 GB"),
        (12_345_678, "11.8 MB"),
        (10**15, "931322.6 GB"),
    ],
)
def test_sizes_are_readable(count: int, text: str) -> None:
    assert bodies.readable_size(count) == text


@given(st.text(max_size=40), st.integers(0, 1000))
@example("bytes=-", 10)
@example("bytes=5-2", 10)
@example("bytes=0-0", 0)
def test_a_range_lies_within_the_file(text: str, size: int) -> None:
    span = byte_range(text, size)
    if span is not None:
        assert 0 <= span[0] < span[1] <= size
