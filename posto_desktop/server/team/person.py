"""A person of the workspace, as each request knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["ALONE", "ROLES", "Person", "Role"]

Role = Literal["viewer", "writer", "editor", "owner"]
ROLES: Final[tuple[Role, ...]] = ("viewer", "writer", "editor", "owner")
"""Each may do what those before it may. A writer proposes posts, an editor schedules them."""

_CAPABILITIES: Final[dict[Role, tuple[str, ...]]] = {
    "viewer": ("read",),
    "writer": ("upload_files", "edit_posts"),
    "editor": ("publish_posts", "delete_posts"),
    "owner": ("manage_options", "list_users", "administrator"),
}
"""WordPress's names of what a role may do beyond the one before it."""


@dataclass(frozen=True)
class Person:
    """Who asks. `groups` are those whose channels they see, None for all channels. `device` is the
    name of the application password by which they signed in. Who `is_disabled` cannot sign in."""

    id: int
    name: str
    shown_name: str
    role: Role
    groups: frozenset[str] | None
    password_id: int = 0
    device: str = ""
    is_disabled: bool = False

    def is_at_least(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)

    def roles(self) -> list[str]:
        """Return the role, and WordPress's name of an owner's beside it."""
        return [self.role, "administrator"] if self.role == "owner" else [self.role]

    def capabilities(self) -> dict[str, bool]:
        """Return what WordPress's `users/me` says of them."""
        roles = ROLES[: ROLES.index(self.role) + 1]
        return {name: True for role in roles for name in _CAPABILITIES[role]}


ALONE: Final = Person(0, "posto", "Posto", "owner", None)
"""The one user of a workspace without people."""
