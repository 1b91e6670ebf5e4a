"""Words about the people of a team: roles, groups, devices, and what they did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from posto_desktop.common.locale_words import listed
from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.sdk.people import AuditEntry, TeamDevice, TeamPerson

__all__ = [
    "ROLES",
    "action_words",
    "device_words",
    "groups_words",
    "outcome_words",
    "person_words",
    "role_hint",
    "role_words",
]

ROLES = ("viewer", "writer", "editor", "owner")
Times = Callable[[datetime], str]


def role_words(role: str) -> str:
    """Return the name of a role; an unknown one as it is."""
    return {
        "viewer": translate("Team", "Viewer"),
        "writer": translate("Team", "Writer"),
        "editor": translate("Team", "Editor"),
        "owner": translate("Team", "Owner"),
    }.get(role, role)


def role_hint(role: str) -> str:
    """Return what a role may do."""
    return {
        "viewer": translate("Team", "Sees what belongs to their groups."),
        "writer": translate("Team", "Proposes posts, which an editor approves."),
        "editor": translate("Team", "Schedules and changes posts, and approves proposals."),
        "owner": translate("Team", "May do everything, also here. Sees all channels."),
    }.get(role, "")


def groups_words(groups: Sequence[str] | None) -> str:
    """Return the groups that a person sees."""
    if groups is None:
        return translate("Team", "All channels")
    return listed(groups) if groups else translate("Team", "No channels")


def device_words(device: TeamDevice, when: Times) -> str:
    """Return when and from where a device signed in last."""
    if device.used_at is None:
        return translate("Team", "Never used")
    used = when(device.used_at)
    if device.address:
        words = translate("Team", "Last used {when}, from {address}")
        return words.format(when=used, address=device.address)
    return translate("Team", "Last used {when}").format(when=used)


def person_words(person: TeamPerson, when: Times) -> str:
    """Return the line below the name of a person: the name to sign in with, and the last use."""
    if person.is_disabled:
        used = translate("Team", "Disabled: cannot sign in")
    elif not person.devices:
        used = translate("Team", "No device yet")
    elif person.used_at is None:
        used = translate("Team", "Never used")
    else:
        used = translate("Team", "Last used {when}").format(when=when(person.used_at))
    return f"{person.name} · {used}"


def action_words(action: str) -> str:
    """Return what an entry of the audit log is about; an unknown action as it is."""
    return {
        "account.check": translate("Team", "Checked an account"),
        "account.choose": translate("Team", "Chose what of an account is used"),
        "account.connect": translate("Team", "Connected an account"),
        "account.disconnect": translate("Team", "Disconnected an account"),
        "account.leave": translate("Team", "Began to disconnect an account"),
        "account.test": translate("Team", "Tested an account"),
        "calendar.renew": translate("Team", "Renewed the calendar's address"),
        "channel.change": translate("Team", "Changed settings of a channel"),
        "channel.check": translate("Team", "Checked a channel"),
        "channel.group": translate("Team", "Changed the groups of a channel"),
        "file.delete": translate("Team", "Deleted a file"),
        "file.describe": translate("Team", "Described a file"),
        "file.upload": translate("Team", "Uploaded a file"),
        "network.change": translate("Team", "Changed settings of a network"),
        "password.add": translate("Team", "Added a device"),
        "password.restore": translate("Team", "Took back that a device was revoked"),
        "password.revoke": translate("Team", "Revoked a device"),
        "people.add": translate("Team", "Added a person"),
        "people.change": translate("Team", "Changed a person"),
        "people.groups": translate("Team", "Changed the groups of a person"),
        "people.email": translate("Team", "Changed the e-mail address of a person"),
        "people.link": translate("Team", "Linked a provider's account to a person"),
        "people.unlink": translate("Team", "Unlinked a provider's account from a person"),
        "people.remove": translate("Team", "Removed a person"),
        "people.set_role": translate("Team", "Changed the role of a person"),
        "post.approve": translate("Team", "Approved a post"),
        "post.ask_for_changes": translate("Team", "Requested changes of a post"),
        "post.delete": translate("Team", "Deleted posts"),
        "post.reschedule": translate("Team", "Moved a post"),
        "post.resolve": translate("Team", "Said what became of a post"),
        "post.retry": translate("Team", "Retried posts"),
        "post.retry_comment": translate("Team", "Retried a first comment"),
        "post.schedule": translate("Team", "Scheduled or edited a post"),
        "post.send_now": translate("Team", "Sent posts at once"),
        "post.undo_review": translate("Team", "Took back an answer to a proposal"),
        "post.withdraw": translate("Team", "Withdrew a proposal"),
        "sending.change": translate("Team", "Changed how posts are sent"),
        "settings.change": translate("Team", "Changed settings of the workspace"),
    }.get(action, action)


def outcome_words(entry: AuditEntry) -> str:
    """Return what came of it; "" if it was done."""
    if entry.outcome == "done":
        return ""
    if not entry.outcome:
        return translate("Team", "Not known whether it was done")
    reason = in_users_language(entry.outcome)
    return translate("Team", "Not done: {reason}").format(reason=reason)
