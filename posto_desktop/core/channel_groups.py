"""The user's own groups of channels, by workspace.

A channel is in one group at most. Names differ by more than case and accents (`core.folding`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from posto_desktop.common import json_text
from posto_desktop.core.folding import fold

MAX_NAME = 60
MAX_GROUPS = 200
_SCHEMA = 1


@dataclass(frozen=True)
class OwnGroup:
    """`channel_ids` keeps the ids of channels that the workspace does not list at the moment."""

    name: str
    channel_ids: tuple[int, ...] = ()


Groups = tuple[OwnGroup, ...]


def find(groups: Iterable[OwnGroup], name: str) -> OwnGroup | None:
    """Return the group with a name, compared without case and accents."""
    key = fold(name)
    return next((group for group in groups if fold(group.name) == key), None)


def add_to_group(groups: Groups, name: str, channel_ids: Collection[int]) -> Groups:
    """Move channels into a group, which is created at the end if there is none of this name."""
    name, moved = clean_name(name), list(dict.fromkeys(channel_ids))
    target = find(groups, name)
    remaining = remove_from_groups(groups, moved)
    if target is None:
        return (*remaining, OwnGroup(name, tuple(moved)))
    return tuple(
        replace(group, channel_ids=(*group.channel_ids, *moved))
        if group.name == target.name
        else group
        for group in remaining
    )


def remove_from_groups(groups: Groups, channel_ids: Collection[int]) -> Groups:
    """Remove channels from their groups; a group that is then empty stays."""
    removed = set(channel_ids)
    return tuple(
        replace(
            group,
            channel_ids=tuple(number for number in group.channel_ids if number not in removed),
        )
        for group in groups
    )


def rename(groups: Groups, name: str, new_name: str) -> Groups:
    """Rename a group; if another one has the new name, its channels join that one."""
    group, new_name = find(groups, name), clean_name(new_name)
    if group is None or not new_name:
        return groups
    other = find(groups, new_name)
    if other is not None and other.name != group.name:
        return remove(add_to_group(groups, other.name, group.channel_ids), group.name)
    return tuple(
        replace(known, name=new_name) if known.name == group.name else known for known in groups
    )


def remove(groups: Groups, name: str) -> Groups:
    """Remove a group; its channels are then in none."""
    key = fold(name)
    return tuple(group for group in groups if fold(group.name) != key)


def move(groups: Groups, name: str, steps: int) -> Groups:
    """Move a group up (negative) or down by `steps`, as far as there is room."""
    group = find(groups, name)
    if group is None:
        return groups
    others = [known for known in groups if known.name != group.name]
    place = min(max(groups.index(group) + steps, 0), len(others))
    return (*others[:place], group, *others[place:])


def revert(current: Groups, before: Groups, after: Groups) -> Groups:
    """Return `current` without the change from `before` to `after`. What was changed again since
    stays as it is."""
    groups = _reordered(current, before, after)
    for place, group in enumerate(before):
        renamed = find(after, group.name)
        if renamed is not None:
            groups = rename(groups, renamed.name, group.name)  # of case or accents alone
        elif find(groups, group.name) is None:
            groups = (*groups[:place], OwnGroup(group.name), *groups[place:])
    was, became, now = (_group_of_channels(known) for known in (before, after, current))
    for number in dict.fromkeys([*was, *became]):
        if was.get(number) == became.get(number) or now.get(number) != became.get(number):
            continue
        previous = find(groups, was.get(number, ""))
        taken = remove_from_groups(groups, [number])
        groups = add_to_group(taken, previous.name, [number]) if previous is not None else taken
    for group in after:
        known = find(groups, group.name)
        if known is not None and not known.channel_ids and find(before, group.name) is None:
            groups = remove(groups, known.name)
    is_before = _group_of_channels(groups) == was and _names(groups) == _names(before)
    return before if is_before else groups


def _reordered(current: Groups, before: Groups, after: Groups) -> Groups:
    """Take back a change of order, unless the groups are others by now."""
    if sorted(_names(before)) != sorted(_names(after)) or _names(current) != _names(after):
        return current
    order = _names(before)
    return tuple(sorted(current, key=lambda group: order.index(fold(group.name))))


def _names(groups: Groups) -> list[str]:
    return [fold(group.name) for group in groups]


def _group_of_channels(groups: Groups) -> dict[int, str]:
    return {number: fold(group.name) for group in groups for number in group.channel_ids}


def clean_name(name: str) -> str:
    """Return a name on one line, at most MAX_NAME characters long."""
    return " ".join(name.split())[:MAX_NAME].strip()


def read(text: str) -> dict[str, Groups]:
    """Read the setting: groups by workspace id. Invalid groups are dropped."""
    try:
        stored = json_text.loads(text) if text else {}
    except ValueError:
        return {}
    workspaces = stored.get("workspaces") if isinstance(stored, dict) else None
    if not isinstance(workspaces, dict):
        return {}
    return {str(workspace): _groups(groups) for workspace, groups in workspaces.items()}


def write(groups: Mapping[str, Groups]) -> str:
    """Return the text of the setting, "" without groups."""
    workspaces = {
        workspace: [
            {"name": group.name, "channels": list(group.channel_ids)} for group in of_workspace
        ]
        for workspace, of_workspace in groups.items()
        if of_workspace
    }
    return json.dumps({"schema": _SCHEMA, "workspaces": workspaces}) if workspaces else ""


def _groups(stored: object) -> Groups:
    groups: Groups = ()
    for entry in stored[:MAX_GROUPS] if isinstance(stored, list) else ():
        name = entry.get("name") if isinstance(entry, dict) else None
        ids = entry.get("channels") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not clean_name(name) or not isinstance(ids, list):
            continue
        groups = add_to_group(groups, name, [number for number in ids if type(number) is int])
    return groups
