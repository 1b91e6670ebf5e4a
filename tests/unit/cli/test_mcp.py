"""`posto mcp` as agents see it: through the client of the mcp package, over stdio."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import Implementation

from posto_desktop.delivery.proposals import Proposals
from posto_desktop.storage import agent_calls
from tests.unit.cli.conftest import Posto

ROOT = Path(__file__).parents[3]
TOOLS = {
    "channels", "limits", "check_message", "list_schedule", "list_drafts", "free_slots",
    "insights", "proposal", "create_draft", "update_draft", "propose_schedule", "schedule",
    "move", "delete",
}  # fmt: skip


def test_an_agent_asks_and_a_person_confirms(alone: Posto) -> None:
    seen: dict[str, Any] = {}

    async def talk() -> None:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "posto_desktop.cli", "--home", str(alone.home), "mcp"],
            env={**os.environ, "POSTO_KEYRING": "off"},
            cwd=ROOT,
        )
        name = Implementation(name="claude-ai", title="Claude Desktop", version="1")
        async with Client(stdio_client(server), client_info=name) as client:
            listed = await client.list_tools()
            seen["tools"] = {tool.name: tool for tool in listed.tools}
            channels = await client.call_tool("channels", {})
            seen["channels"] = channels.structured_content
            seen["text"] = channels.content
            wrong = await client.call_tool("create_draft", {"text": 7})
            seen["wrong"] = wrong
            draft = await client.call_tool(
                "create_draft", {"text": "Fresh coffee", "to": ["twitter"]}
            )
            wanted = {"id": draft.structured_content["data"]["id"], "when": "tomorrow 12:00"}
            asked = await client.call_tool("schedule", {"drafts": [wanted]})
            seen["asked"] = asked.structured_content["data"]
            seen["before"] = await client.call_tool("proposal", {"digest": seen["asked"]["short"]})
            db = alone.database()
            seen["entries"] = len(db.outbox())
            Proposals(db).confirm(seen["asked"]["digest"])  # a person, in the app
            seen["confirmed"] = len(db.outbox())
            seen["calls"] = [(row["client"], row["tool"]) for row in agent_calls.newest(db)]
            db.close()
            seen["after"] = await client.call_tool("proposal", {"digest": seen["asked"]["short"]})

    anyio.run(talk)
    assert set(seen["tools"]) == TOOLS
    assert not any("publish" in tool or "confirm" in tool for tool in seen["tools"])
    assert seen["tools"]["channels"].annotations.read_only_hint
    assert seen["channels"]["ok"]
    assert seen["channels"] == json.loads(seen["text"][0].text)
    assert seen["channels"]["data"] == alone("channels", "--json").data
    assert seen["wrong"].is_error
    assert seen["wrong"].content[0].text == "text must be a text, not 7."
    assert seen["asked"]["client"] == "Claude Desktop"
    assert seen["before"].structured_content["data"]["state"] == "asked"
    assert (seen["entries"], seen["confirmed"]) == (0, 1)
    assert seen["after"].structured_content["data"]["state"] == "done"
    assert ("Claude Desktop", "schedule") in seen["calls"]


def test_without_the_package_it_says_what_to_install(alone: Posto, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    ended = alone("mcp")
    assert ended.code == 1
    assert "pip install 'posto[mcp]'" in ended.err
