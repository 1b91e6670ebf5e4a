"""Keys and events of Nostr: bech32 (NIP-19), ids and signatures (NIP-01)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TypeGuard

from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import Record, Refused

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""Of secp256k1: a private key is smaller."""
Tags = list[list[str]]


# -- keys ------------------------------------------------------------------------------------------


def read_private_key(typed: str) -> bytes:
    """The private key in `nsec1…` or 64 hexadecimal digits. Raises Refused."""
    text = typed.strip().lower()
    if text.startswith("npub1"):
        raise Refused(
            translatable(
                "Server", "This is the public key. Enter the private key; it begins with nsec1."
            )
        )
    try:
        key = decode_bech32("nsec", text) if text.startswith("nsec1") else bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32 or not 0 < int.from_bytes(key, "big") < _ORDER:
        raise Refused(
            translatable(
                "Server",
                "This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.",
            )
        )
    return key


def public_key(private: bytes) -> str:
    """The public key of a private one, in hexadecimal digits."""
    from coincurve import PublicKeyXOnly

    return str(PublicKeyXOnly.from_secret(private).format().hex())


def encode_bech32(prefix: str, data: bytes) -> str:
    """Return data with a checksum, as people pass it on."""
    values = _regrouped(data, 8, 5, True)
    check = _polymod([*_expanded(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_LETTERS[value] for value in values)}"


def decode_bech32(prefix: str, text: str) -> bytes:
    """Return the data in a text with this prefix. Raises ValueError."""
    head, _, tail = text.rpartition("1")
    if head != prefix or len(tail) < 6:
        raise ValueError(text)
    values = [_LETTERS.index(letter) for letter in tail]
    if _polymod([*_expanded(prefix), *values]) != 1:
        raise ValueError("the checksum is wrong")
    return bytes(_regrouped(values[:-6], 5, 8, False))


def event_link(event_id: str, author: str) -> str:
    """The event as `nevent1…`, with its author."""
    parts = ((0, bytes.fromhex(event_id)), (2, bytes.fromhex(author)))
    data = b"".join(bytes((kind, len(value))) + value for kind, value in parts)
    return encode_bech32("nevent", data)


def _expanded(prefix: str) -> list[int]:
    return [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate(_GENERATOR):
            check ^= factor if (top >> place) & 1 else 0
    return check


def _regrouped(values: Sequence[int], width: int, new_width: int, pads: bool) -> list[int]:
    """The bits of values of one width as values of another."""
    held, count, result = 0, 0, []
    for value in values:
        held, count = (held << width | value) & 0xFFF, count + width
        while count >= new_width:
            count -= new_width
            result.append(held >> count & (1 << new_width) - 1)
    if pads and count:
        result.append(held << new_width - count & (1 << new_width) - 1)
    elif not pads and (count >= width or held & (1 << count) - 1):
        raise ValueError("there are bits too many")
    return result


# -- events ----------------------------------------------------------------------------------------


def make_event(private: bytes, kind: int, created_at: int, tags: Tags, content: str) -> Record:
    """A signed event. Of the same words it is the same event, with the same id."""
    from coincurve import PrivateKey

    author = public_key(private)
    number = event_id(author, created_at, kind, tags, content)
    signature = PrivateKey(private).sign_schnorr(bytes.fromhex(number))
    return {
        "id": number,
        "pubkey": author,
        "created_at": created_at,
        "kind": kind,
        "tags": tags,
        "content": content,
        "sig": signature.hex(),
    }


def event_id(author: str, created_at: int, kind: int, tags: Tags, content: str) -> str:
    """The hash of what an event says."""
    whole = [0, author, created_at, kind, tags, content]
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def is_valid(event: object) -> TypeGuard[Record]:
    """Whether an event is what its author signed."""
    from coincurve import PublicKeyXOnly

    if not isinstance(event, dict):
        return False
    try:
        number = event_id(
            event["pubkey"], event["created_at"], event["kind"], event["tags"], event["content"]
        )
        key = PublicKeyXOnly(bytes.fromhex(event["pubkey"]))
        is_signed = key.verify(bytes.fromhex(event["sig"]), bytes.fromhex(number))
        return bool(is_signed) and event["id"] == number
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
