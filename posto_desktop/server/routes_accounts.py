"""Accounts of this computer: connecting, listing, checking and disconnecting them.

docs/publishers.md has the requests and answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.accounts import account_json, is_leaving
from posto_desktop.server.connect.catalogue import networks_json
from posto_desktop.server.connect.connections import PLACES, Connection
from posto_desktop.server.connect.recognition import RecognisedServer, recognise
from posto_desktop.server.errors import ApiError, PluginError
from posto_desktop.server.rows import Row
from posto_desktop.server.team.scope import EVERYTHING, Scope
from posto_desktop.server.web import Request, Web
from posto_desktop.server.workspace import Workspace
from posto_desktop.storage.secrets import Where

POSTO = "/wp-json/posto/v1"
_LONGEST_ADDRESS = 8_000


class AccountRoutes:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def register(self, web: Web) -> None:
        web.add("GET", f"{POSTO}/connect", self.list_networks)
        web.add("POST", f"{POSTO}/connect", self.connect)
        web.add("POST", f"{POSTO}/connect/recognise", self.recognise)
        web.add("GET", f"{POSTO}/connect/<number>", self.connection)
        web.add("POST", f"{POSTO}/connect/<number>", self.choose)
        web.add("DELETE", f"{POSTO}/connect/<number>", self.cancel)
        web.add("POST", f"{POSTO}/connect/<number>/test", self.send_test)
        web.add("DELETE", f"{POSTO}/connect/<number>/test", self.delete_test)
        web.add("GET", f"{POSTO}/accounts", self.accounts)
        web.add("POST", f"{POSTO}/accounts/<number:int>/check", self.check)
        web.add("POST", f"{POSTO}/accounts/<number:int>/leave", self.leave)
        web.add("DELETE", f"{POSTO}/accounts/<number:int>", self.disconnect)

    def list_networks(self, _request: Request) -> object:
        """The networks that can be connected, each with what the person enters."""
        return {
            "keyring": self._workspace.secrets.default_place() == "keyring",
            "networks": networks_json(self._workspace.publishers),
        }

    def recognise(self, request: Request) -> object:
        """Which network a handle, a site or a server is of; `method` is "" where that is not known
        or cannot be connected."""
        text = request.json().get("text")
        methods = {
            publisher.method
            for publisher in self._workspace.publishers.values()
            if publisher.fields
        }
        recognised = recognise(text[:500], methods) if isinstance(text, str) else None
        return (recognised or RecognisedServer("", "")).to_json()

    def connect(self, request: Request) -> object:
        body = request.json()
        entered = body.get("fields")
        fields = {
            name: value
            for name, value in (entered if isinstance(entered, dict) else {}).items()
            if isinstance(value, str)
        }
        if isinstance(body.get("server"), str):
            fields.setdefault("server", body["server"])
        browser_text = body.get("browser_text")
        connection = self._workspace.connections.begin(
            str(body.get("network") or ""),
            fields,
            self._place(body.get("keep")),
            confirms=body.get("confirm") is True,
            browser_text=browser_text[:300] if isinstance(browser_text, str) else "",
        )
        return self._connection_json(connection)

    def connection(self, _request: Request, number: str) -> object:
        return self._connection_json(self._workspace.connections.get(number))

    def choose(self, request: Request, number: str) -> object:
        body = request.json()
        address, chosen = body.get("address"), body.get("targets")
        connections = self._workspace.connections
        if isinstance(address, str):
            error = connections.submit_address(number, address[:_LONGEST_ADDRESS])
            return self._connection_json(connections.get(number), error)
        ids = (
            [target_id for target_id in chosen if isinstance(target_id, str)]
            if isinstance(chosen, list)
            else []
        )
        return self._connection_json(connections.choose(number, ids))

    def send_test(self, _request: Request, number: str) -> object:
        connections = self._workspace.connections
        error = connections.send_test(number)
        return self._connection_json(connections.get(number), error, "test")

    def delete_test(self, _request: Request, number: str) -> object:
        connections = self._workspace.connections
        error = connections.delete_test(number)
        return self._connection_json(connections.get(number), error, "test")

    def cancel(self, _request: Request, number: str) -> object:
        self._workspace.connections.cancel(number)
        return []

    def accounts(self, request: Request) -> object:
        accounts, scope = self._workspace.accounts, request.scope
        waiting = accounts.waiting(scope)
        staying = [row for row in accounts.all() if not is_leaving(row)]
        listed = [self._account(row, waiting, scope) for row in staying]
        return {"accounts": [row for row in listed if scope.is_whole or row["channels"]]}

    def check(self, request: Request, number: int) -> object:
        self._workspace.secrets.forget_probe()
        self._workspace.check_account(number)
        self._workspace.sender.wake()
        accounts, scope = self._workspace.accounts, request.scope
        waiting = accounts.waiting(scope)
        return {"account": self._account(accounts.get(number), waiting, scope)}

    def leave(self, request: Request, number: int) -> object:
        """Disconnect an account after a while; with `stay` it is kept after all."""
        departures = self._workspace.departures
        if request.json().get("stay") is True:
            departures.undo(number)
            self._workspace.sender.wake()
        else:
            departures.begin(number)
        return {"leaving": is_leaving(self._workspace.accounts.get(number))}

    def disconnect(self, request: Request, number: int) -> object:
        """End the session at the server and forget the account; `revoked` says whether the server
        took part in that, `note` why not. With `left` only an account that is leaving."""
        only_leaving = request.query.text("left") == "1"
        note = self._workspace.departures.carry_out(number, only_leaving=only_leaving)
        if note is None:
            return {"revoked": False, "note": "", "kept": True}
        return {"revoked": not note, "note": note}

    def _place(self, requested: object) -> Where:
        if requested in PLACES:
            return requested
        if requested is not None:
            raise PluginError(
                translatable("Server", "A secret is kept in: keyring, session or file.")
            )
        place = self._workspace.secrets.default_place()
        if place is None:
            raise ApiError(
                400,
                "posto_no_keyring",
                (
                    translatable(
                        "Server",
                        "No keychain was found on this computer. Choose where to keep the "
                        "password: "
                        "until the workspace ends (session), or in a file that only you can read "
                        "(file).",
                    )
                ),
            )
        return place

    def _account(
        self, row: Row, waiting: Mapping[int, int], scope: Scope = EVERYTHING
    ) -> dict[str, Any]:
        accounts = self._workspace.accounts
        publisher = self._workspace.publishers.get(row["method"])
        budgets = publisher.budgets(accounts.of_account(row["id"])) if publisher else ()
        channels = [
            channel
            for channel in accounts.channels(row["id"])
            if scope.shows_channel(channel["id"])
        ]
        return account_json(row, channels, waiting.get(row["id"], 0), budgets)

    def _connection_json(
        self, connection: Connection, error: str = "", about: str = "address"
    ) -> dict[str, Any]:
        """How far a sign-in is; `error` is about an address that was brought, or a test post."""
        fields = connection.to_json()
        if error:
            fields |= {"error": error, "field": about}
        if connection.state == "done":
            accounts = self._workspace.accounts
            row = accounts.get(connection.account_id)
            fields["account"] = self._account(row, accounts.waiting())
        return fields
