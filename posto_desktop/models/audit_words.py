"""What an entry of a team's audit log names and changed, in the user's language.

Servers send it as codes with values; older ones, and those of entries from before, in English.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.core.schedule_status import token_of
from posto_desktop.models.schedule_rows import status_label
from posto_desktop.models.team_words import groups_words, role_words
from posto_desktop.sdk.people import AuditEntry, AuditFact
from posto_desktop.sdk.records import read_time

__all__ = ["after_words", "before_words", "change_words", "target_words"]

Times = Callable[[datetime], str]


def target_words(entry: AuditEntry) -> str:
    """Return what was changed: posts, channels, people …"""
    if not entry.objects:
        return entry.target
    return ", ".join(_object_words(kind, key) for kind, key in entry.objects)


def change_words(entry: AuditEntry, times: Times) -> str:
    """Return what an entry changed: before and after."""
    both = (before_words(entry, times), after_words(entry, times))
    return " → ".join(words for words in both if words)


def before_words(entry: AuditEntry, times: Times) -> str:
    return _state_words(entry.facts_before, times) or entry.before


def after_words(entry: AuditEntry, times: Times) -> str:
    return _state_words(entry.facts_after, times) or entry.after


def _object_words(kind: str, key: str) -> str:
    if kind == "network":
        return network_name(key)
    words = {
        "channel": translate("Team", "channel {key}"),
        "schedule": translate("Team", "post {key}"),
        "post": translate("Team", "post {key}"),
        "file": translate("Team", "file {key}"),
        "account": translate("Team", "account {key}"),
        "password": translate("Team", "device {key}"),
    }.get(kind)
    return words.format(key=key) if words else f"{kind} {key}".strip()


def _state_words(facts: tuple[AuditFact, ...], times: Times) -> str:
    return "; ".join(_fact_words(fact, times) for fact in facts)


def _fact_words(fact: AuditFact, times: Times) -> str:
    """Return a fact; one of which nothing but the English words is known in these."""
    if fact.code in ("schedule", "channel", "account", "file"):
        about = _object_words(fact.code, _text(fact, "id"))
        return f"{about}: {_details_of(fact, times)}"
    if fact.code == "disabled":
        return translate("Team", "Disabled: cannot sign in")
    words = {
        "shown_name": translate("Team", "name: {value}"),
        "role": translate("Team", "role: {value}"),
        "groups": translate("Team", "groups: {value}"),
        "device": translate("Team", "device: {value}"),
        "named": translate("Team", "fields: {value}"),
    }.get(fact.code)
    return words.format(value=_value_of(fact)) if words else f"{fact.name}: {fact.words}"


def _details_of(fact: AuditFact, times: Times) -> str:
    if fact.code == "schedule":
        status = _text(fact, "status")
        at = read_time(fact.details.get("at"))
        when = times(at) if at is not None else translate("Team", "at once")
        return translate("Team", "{status}, {when}, “{text}”").format(
            status=status_label(token_of(status), status), when=when, text=_text(fact, "text")
        )
    if fact.code == "channel":
        return translate("Team", "{name}, labels: {labels}, groups: {groups}").format(
            name=_text(fact, "name"), labels=_list(fact, "labels"), groups=_list(fact, "groups")
        )
    if fact.code == "account":
        return f"{_text(fact, 'handle')}, {_health_words(_text(fact, 'health'))}"
    return _text(fact, "text")


def _value_of(fact: AuditFact) -> str:
    if fact.code == "role":
        return role_words(_text(fact, "text"))
    if fact.code == "groups":
        names = fact.details.get("listed")
        return groups_words([str(name) for name in names] if isinstance(names, list) else None)
    if fact.code == "device":
        name = _text(fact, "name")
        revoked = fact.details.get("is_revoked") is True
        return translate("Team", "{name}, revoked").format(name=name) if revoked else name
    return _text(fact, "text")


def _health_words(health: str) -> str:
    return {
        "ok": translate("Team", "works"),
        "locked": translate("ChannelsModel", "Keychain is locked"),
        "unreachable": translate("ChannelsModel", "Server not reached"),
        "sign_in_again": translate("ChannelsModel", "Sign in again"),
        "leaving": translate("Team", "is being disconnected"),
    }.get(health, health)


def _text(fact: AuditFact, name: str) -> str:
    value = fact.details.get(name)
    return "" if value is None else str(value)


def _list(fact: AuditFact, name: str) -> str:
    names = fact.details.get(name)
    return (listed([str(item) for item in names]) if isinstance(names, list) else "") or "–"
