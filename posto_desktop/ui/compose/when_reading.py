"""What the When field says, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.times import read_when


@dataclass(frozen=True)
class When:
    """``ok`` and ``when`` (None: at once), or the kind of problem and what to do about it."""

    ok: bool = True
    when: datetime | None = None
    alternative: datetime | None = None
    note: str = ""
    problem: str = ""
    kind: str = ""
    suggestion: str = ""


def understand(text: str, now: datetime, zone: tzinfo) -> When:
    """Read the field.  Never raises: not understanding is a normal state while typing."""
    if not text.strip():
        return When()
    try:
        reading = read_when(text, now=now, tz=zone)
    except WhenError as error:
        return When(
            ok=False,
            when=error.when,
            problem=error.user_message,
            kind=error.kind,
            suggestion=error.suggestion or "",
        )
    return When(when=reading.when, alternative=reading.alternative, note=reading.note or "")
