"""Writes a Windows library whose functions do nothing and return 0, without a compiler.

It stands in for libx265 in the packaged app, for the reasons in linux/x265_stub.c. The format is
that of "PE Format" in Microsoft's documentation: a 64-bit library with two sections, code and the
table of its exports.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

_RETURN_0 = b"\x31\xc0\xc3"  # xor eax, eax; ret
_PAGE, _FILE_BLOCK = 0x1000, 0x200
_CODE, _EXPORTS = 1 * _PAGE, 2 * _PAGE
_HEADERS = 2 * _FILE_BLOCK
_X64, _EXECUTABLE, _LARGE_ADDRESSES, _LIBRARY = 0x8664, 0x0002, 0x0020, 0x2000
_PE32_PLUS, _GRAPHICAL = 0x20B, 2
_NX, _DYNAMIC_BASE, _HIGH_ENTROPY = 0x0100, 0x0040, 0x0020
_TEXT_FLAGS, _DATA_FLAGS = 0x6000_0020, 0x4000_0040
_IMAGE_BASE = 0x1_8000_0000


def write(path: Path, functions: Iterable[str]) -> None:
    """Write a library with these exported functions."""
    exports = _exports(path.name, sorted(functions))
    code = _padded(_RETURN_0)
    data = _padded(exports)
    sections = _section(b".text", _RETURN_0, _CODE, _HEADERS, _TEXT_FLAGS) + _section(
        b".edata", exports, _EXPORTS, _HEADERS + len(code), _DATA_FLAGS
    )
    headers = _dos_header() + _coff_header(2) + _optional_header(len(exports), len(code)) + sections
    path.write_bytes(_padded(headers, _HEADERS) + code + data)


def _padded(part: bytes, size: int = _FILE_BLOCK) -> bytes:
    return part + bytes(-len(part) % size)


def _dos_header() -> bytes:
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0"


def _coff_header(sections: int) -> bytes:
    flags = _EXECUTABLE | _LARGE_ADDRESSES | _LIBRARY
    return struct.pack("<HHIIIHH", _X64, sections, 0, 0, 0, 240, flags)


def _optional_header(exports_size: int, code_size: int) -> bytes:
    standard = struct.pack("<HBBIIIII", _PE32_PLUS, 1, 0, code_size, _FILE_BLOCK, 0, 0, _CODE)
    flags = _NX | _DYNAMIC_BASE | _HIGH_ENTROPY
    windows = struct.pack("<QII", _IMAGE_BASE, _PAGE, _FILE_BLOCK)
    windows += struct.pack("<HHHHHHI", 6, 0, 0, 0, 6, 0, 0)
    windows += struct.pack("<IIIHH", 3 * _PAGE, _HEADERS, 0, _GRAPHICAL, flags)
    windows += struct.pack("<QQQQII", 1 << 20, _PAGE, 1 << 20, _PAGE, 0, 16)
    return standard + windows + struct.pack("<II", _EXPORTS, exports_size) + bytes(8 * 15)


def _section(name: bytes, content: bytes, address: int, offset: int, flags: int) -> bytes:
    size = len(_padded(content))
    place = struct.pack("<IIII", len(content), address, size, offset)
    return name.ljust(8, b"\0") + place + struct.pack("<IIHHI", 0, 0, 0, 0, flags)


def _exports(library: str, functions: list[str]) -> bytes:
    """Return the export directory; names have to be sorted."""
    count = len(functions)
    addresses = _EXPORTS + 40
    names = addresses + 4 * count
    ordinals = names + 4 * count
    texts = ordinals + 2 * count
    text = library.encode("ascii") + b"\0"
    places = []
    for function in functions:
        places.append(texts + len(text))
        text += function.encode("ascii") + b"\0"
    directory = struct.pack("<IIHHI", 0, 0, 0, 0, texts)
    directory += struct.pack("<IIIIII", 1, count, count, addresses, names, ordinals)
    table = struct.pack(f"<{count}I", *[_CODE] * count) + struct.pack(f"<{count}I", *places)
    return directory + table + struct.pack(f"<{count}H", *range(count)) + text
