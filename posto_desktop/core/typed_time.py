"""A time as text that reads as exactly this moment."""

from __future__ import annotations

from datetime import datetime, tzinfo


def typed(when: datetime, zone: tzinfo) -> str:
    """Return a typed form of a time that always means this exact moment."""
    local = when.astimezone(zone)
    text = f"{local:%Y-%m-%d} {local.hour}:{local.minute:02d}"
    other_fold = local.replace(fold=1 - local.fold)
    if local.fold and other_fold.utcoffset() != local.utcoffset():
        # Only the offset distinguishes the second of two equal local times.
        text += f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:5]
    return text
