"""Tests that each command documents its JSON, and prints what it documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
import jsonschema
import pytest

from posto_desktop.cli.root import posto as posto_group
from posto_desktop.cli.schema import RESULTS, schema_of
from tests.unit.cli.conftest import Posto

_WITHOUT_RESULT = {"completion", "mcp"}


def commands(group: click.Group = posto_group, prefix: str = "") -> Iterator[str]:
    """Yield the names of all commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


def test_each_command_has_a_documented_result() -> None:
    names = {name for name in commands() if name.split()[0] not in _WITHOUT_RESULT}
    assert names - set(RESULTS) == set()
    assert {name for name in RESULTS if name.split()[0] not in _WITHOUT_RESULT} - names == set()


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(RESULTS[name]))


@pytest.mark.parametrize(
    "line",
    [
        "channels",
        "limits",
        "check Hello --to all",
        "post Schema --to 1 --yes",
        "post Schema --to 1 --dry-run",
        "workspaces list",
        "accounts list",
        "doctor",
        "draft create Hello",
        "draft list",
        "schedule list",
        "schedule show 1",
        "schedule move 999 tomorrow",
        "outbox list",
        "slots next",
        "campaign list",
        "schema post",
        "schema watch",
        "post x --to nobody",
    ],
)
def test_output_has_the_documented_shape(posto: Posto, line: str) -> None:
    words = line.split()
    name = " ".join(words[:2]) if " ".join(words[:2]) in RESULTS else words[0]
    printed: Any = posto(*words, "--json").json
    jsonschema.validate(printed, schema_of(RESULTS[name]))
    assert re.fullmatch(r"\d", str(printed["schema"]))
