"""`posto schema`: the JSON of each command, as JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import click

from posto_desktop.cli import agent_shapes, shapes
from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit, not_found
from posto_desktop.cli.output import SCHEMA
from posto_desktop.cli.session import Session

RESULTS: dict[str, Any] = {
    "accounts add": shapes.AccountData,
    "accounts check": list[shapes.AccountData],
    "accounts list": list[shapes.AccountData],
    "accounts remove": shapes.AccountData,
    "apply": shapes.ApplyData,
    "backup create": shapes.BackupData,
    "backup restore": shapes.BackupData,
    "campaign delete": shapes.CampaignData,
    "campaign import": shapes.CampaignImportData,
    "campaign list": list[shapes.CampaignData],
    "campaign retry": list[shapes.CampaignMessageData],
    "campaign start": shapes.CampaignStartData,
    "campaign status": shapes.CampaignStatusData,
    "campaign stop": shapes.CampaignStopData,
    "channels": list[shapes.ChannelData],
    "check": shapes.PreviewData,
    "draft create": shapes.DraftChangeData,
    "draft delete": shapes.DraftChangeData,
    "draft edit": shapes.DraftChangeData,
    "draft list": list[shapes.DraftData],
    "draft post": shapes.PostData,
    "draft restore": shapes.DraftChangeData,
    "draft show": shapes.DraftData,
    "doctor": list[shapes.CheckupData],
    "evergreen add": shapes.EvergreenMessageData,
    "evergreen delete": shapes.EvergreenMessageData,
    "evergreen fill": shapes.EvergreenFillData,
    "evergreen list": list[shapes.EvergreenMessageData],
    "evergreen pause": shapes.EvergreenMessageData,
    "evergreen preview": list[shapes.EvergreenRunData],
    "evergreen resume": shapes.EvergreenMessageData,
    "evergreen undo": shapes.EvergreenFillData,
    "limits": Any,
    "outbox cancel": list[shapes.EntryData],
    "outbox list": list[shapes.EntryData],
    "outbox resolve": list[shapes.EntryData],
    "outbox retry": list[shapes.EntryData],
    "outbox show": shapes.EntryDetailData,
    "outbox wait": list[shapes.EntryData],
    "post": shapes.PostData,
    "proposals confirm": agent_shapes.ConfirmedProposalData,
    "proposals decline": agent_shapes.ProposalData,
    "proposals list": list[agent_shapes.ProposalData],
    "proposals show": agent_shapes.ProposalData,
    "schedule delete": list[shapes.DeletedData],
    "schedule export": shapes.ExportedData,
    "schedule list": list[shapes.PostRowData],
    "schedule move": shapes.MovesData,
    "schedule resume": shapes.MovesData,
    "schedule retry": list[shapes.RetriedData],
    "schedule show": shapes.PostDetailData,
    "schema": Any,
    "insights": list[shapes.InsightsData],
    "slots list": list[shapes.SlotData],
    "slots next": list[shapes.FreeSlotData],
    "watch": shapes.WatchEventData,
    "workspaces list": list[shapes.WorkspaceData],
    "workspaces use": shapes.WorkspaceData,
}
"""By command: the shape of its data."""

STREAMS = frozenset({"watch"})
"""Commands that print an object of their shape a line, without one around them."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


@click.command("schema", short_help="Print the shape of the JSON of a command")
@click.argument("command", nargs=-1)
@with_session
def schema_command(session: Session, command: tuple[str, ...]) -> Exit | None:
    """Print the JSON Schema of what COMMAND prints with --json, such as `schedule list`. Without
    a command: of all commands.

    The number in "schema" changes only when a field goes or changes its meaning.
    """
    if not command:
        data = {name: _schema_of_command(name) for name in sorted(RESULTS)}
        session.out.result(data, _lines(RESULTS))
        return None
    name = " ".join(command)
    if name not in RESULTS:
        raise not_found(f"There is no command {name} with a result. See: posto schema.")
    import json

    schema = _schema_of_command(name)
    session.out.result(schema, json.dumps(schema, indent=2).splitlines())
    return None


def _lines(results: Mapping[str, object]) -> Iterator[str]:
    for name, shape in sorted(results.items()):
        yield f"{name:<20} {_name(shape)}"


def _name(shape: object) -> str:
    arguments = get_args(shape)
    if get_origin(shape) is list:
        return f"list of {_name(arguments[0])}"
    return getattr(shape, "__name__", str(shape))


def _schema_of_command(name: str) -> dict[str, Any]:
    if name in STREAMS:
        return {"$schema": _DIALECT, **_schema(RESULTS[name])}
    return schema_of(RESULTS[name])


def schema_of(shape: object) -> dict[str, Any]:
    """Return the schema of the whole object that a command prints; `data` has the shape."""
    error = {"type": "object", "required": ["code", "name", "message"]}
    return {
        "$schema": _DIALECT,
        "type": "object",
        "required": ["schema", "data", "ok"],
        "properties": {
            "schema": {"const": SCHEMA},
            "data": {"anyOf": [_schema(shape), {"type": "null"}]},
            "ok": {"type": "boolean"},
            "error": error,
        },
    }


def _schema(shape: object) -> dict[str, Any]:
    """Return the schema of a type. Raises TypeError for one that JSON does not have."""
    origin, arguments = get_origin(shape), get_args(shape)
    if shape in _PLAIN:
        return {"type": _PLAIN[shape]}
    if shape is Any or shape is object:
        return {}
    if isinstance(shape, type) and is_typeddict(shape):
        return _object(shape)
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is NotRequired:
        return _schema(arguments[0])
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(argument) for argument in arguments]}
    raise TypeError(f"no JSON has the type {shape}")


def _object(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    return {
        "type": "object",
        "description": " ".join((shape.__doc__ or "").split()),
        "properties": {name: _schema(hint) for name, hint in hints.items()},
        # Not `__required_keys__`: with postponed annotations it takes all of them.
        "required": sorted(name for name, hint in hints.items() if not _is_optional(hint)),
    }


def _is_optional(hint: object) -> bool:
    return get_origin(hint) is NotRequired
