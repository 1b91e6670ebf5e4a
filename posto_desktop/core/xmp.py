"""Captions, keywords and descriptions in XMP, the XML of pictures.

XMP comes from outside: a packet is limited in bytes, depth and number of elements, and one with a
document type is refused, so that no entity is ever expanded or fetched.
"""

from __future__ import annotations

from xml.parsers import expat

from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.sidecar_texts import SidecarTexts

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_ELEMENTS = 20_000
MAX_TEXT = 20_000

_DC = "http://purl.org/dc/elements/1.1/"
_IPTC = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
_FIELDS = {
    f"{_DC} description": "text",
    f"{_DC} title": "title",
    f"{_DC} subject": "labels",
    f"{_IPTC} AltTextAccessibility": "alt",
    f"{_IPTC} ExtDescrAccessibility": "long_alt",
    f"{_PHOTOSHOP} Headline": "headline",
}


class XmpError(ValueError):
    """This is no XMP that is read here."""


class _Reader:
    """Collects the values of the known properties, in their order."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[str, str]]] = {}
        self._path: list[str] = []
        self._count = 0
        self._field = ""
        self._language = ""
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._path) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise XmpError("too deep or too long")
        self._path.append(name)
        if name == f"{_RDF} Description":
            for key, value in attributes.items():
                if key in _FIELDS:
                    self._add(_FIELDS[key], "", value)
        if name in _FIELDS and not self._field:
            self._field, self._language = _FIELDS[name], ""
            self._pieces, self._length = [], 0
        elif self._field and name == f"{_RDF} li":
            self._language = attributes.get(_XML_LANGUAGE, "")
            self._pieces, self._length = [], 0

    def text(self, piece: str) -> None:
        if self._field and self._length < MAX_TEXT:
            self._pieces.append(piece)
            self._length += len(piece)

    def end(self, name: str) -> None:
        self._path.pop()
        if not self._field:
            return
        is_last = _FIELDS.get(name) == self._field
        if name == f"{_RDF} li" or is_last:
            self._add(self._field, self._language, "".join(self._pieces))
            self._pieces, self._length = [], 0
        if is_last:
            self._field = ""

    def _add(self, field: str, language: str, value: str) -> None:
        value = value.strip()[:MAX_TEXT]
        if value:
            self.values.setdefault(field, []).append((language, value))

    def first(self, field: str) -> str:
        """Return the value in the default language, else the first."""
        values = self.values.get(field, [])
        default = [value for language, value in values if language == "x-default"]
        return default[0] if default else values[0][1] if values else ""


def _refuse(*_declared: object) -> None:
    raise XmpError("a document type")


def read_xmp(data: bytes) -> SidecarTexts:
    """Return what an XMP packet says. Raises XmpError."""
    if len(data) > MAX_BYTES:
        raise XmpError("too long")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = None
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.strip(b"\0 \t\r\n")  # what fills a packet
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise XmpError(str(error)) from None
    return SidecarTexts(
        text=reader.first("text") or reader.first("headline"),
        title="",
        alt=reader.first("alt") or reader.first("long_alt"),
        labels=tuple(clean_labels(value for _language, value in reader.values.get("labels", ()))),
    )
