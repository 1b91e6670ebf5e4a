"""The signed-in account, as a service says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .answers import as_bool, as_int, as_list, as_mapping, as_text
from .record import Record
from .record_texts import word


@dataclass(frozen=True)
class Account(Record):
    """The signed-in account. ``can_upload`` is None if the service does not say. ``role`` is that
    in a team ("owner", "editor", "writer" or "viewer"), "" without one; ``groups`` are the groups
    of channels that the person sees, None for all."""

    id: int
    name: str
    username: str = ""
    roles: tuple[str, ...] = ()
    can_upload: bool | None = None
    role: str = ""
    groups: tuple[str, ...] | None = None

    @property
    def may_only_propose(self) -> bool:
        """Whether an editor has to approve what the person composes."""
        return self.role == "writer"

    @property
    def may_compose(self) -> bool:
        return self.role != "viewer"

    @property
    def may_approve(self) -> bool:
        return self.role in ("editor", "owner")

    @classmethod
    def from_service(cls, row: object) -> Account | None:
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None:
            return None
        rights = as_mapping(data.get("capabilities"))
        team = as_mapping(data.get("posto"))
        return cls(
            number,
            as_text(data.get("name")) or as_text(data.get("slug")),
            as_text(data.get("username")) or as_text(data.get("slug")),
            tuple(as_text(role) for role in as_list(data.get("roles"))),
            as_bool(rights.get("upload_files")) if rights else None,
            word(team.get("role")),
            _groups(team.get("groups")),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Account:
        rights = data.get("can_upload")
        return cls(
            as_int(data.get("id")) or 0,
            as_text(data.get("name")),
            as_text(data.get("username")),
            tuple(as_text(role) for role in as_list(data.get("roles"))),
            rights if isinstance(rights, bool) else None,
            as_text(data.get("role")),
            _groups(data.get("groups")),
        )


def _groups(value: object) -> tuple[str, ...] | None:
    return None if value is None else tuple(as_text(name) for name in as_list(value))
