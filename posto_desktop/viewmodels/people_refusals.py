"""What to say when a change of a team's people was not carried out."""

from __future__ import annotations

from posto_desktop.common.translation import translate
from posto_desktop.workers.people import PeopleRequest
from posto_desktop.workers.team import UNCLEAR

__all__ = ["refusal_words"]


def refusal_words(request: PeopleRequest, code: str, reason: str) -> str:
    """Return what became of whom: the change was not carried out, or nobody knows."""
    name = _name_of(request)
    if not name:
        return reason
    is_new = request.verb == "add"
    if code == UNCLEAR and is_new:
        words = translate("Team", "It is not known whether {name} was added to the team. {reason}")
    elif code == UNCLEAR:
        words = translate("Team", "It is not known whether {name} was changed. {reason}")
    elif name in reason:
        return reason
    elif code.startswith("posto_"):  # maybe because of what somebody else has changed meanwhile
        words = translate("Team", "{name}: {reason}")
    elif request.verb == "change" and request.values.get("is_disabled") is False:
        words = translate(
            "Team",
            "{name} is still in the team, but cannot sign in. {reason} To let them in, open "
            "{name} in Settings > Team and turn on “May sign in”.",
        )
    elif is_new:
        words = translate("Team", "{name} was not added to the team. {reason}")
    elif request.verb == "restore":
        words = translate("Team", "{name} is still revoked and cannot sign in. {reason}")
    else:
        words = translate("Team", "{name} is as before. {reason}")
    return words.format(name=name, reason=reason)


def _name_of(request: PeopleRequest) -> str:
    if request.device is not None:
        return request.device.name
    if request.person is not None:
        return request.person.shown_name
    if request.channel is not None:
        return request.channel.name
    return str(request.values["name"]) if request.verb == "add" else ""
