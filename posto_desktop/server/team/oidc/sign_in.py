"""A sign-in from the app's question to its password: begun, answered by the provider, allowed by
the person, fetched by the app."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.team.audit import DONE
from posto_desktop.server.team.oidc.identities import Identities, account_of
from posto_desktop.server.team.oidc.provider import Provider
from posto_desktop.server.team.oidc.refusal import DeviceRequest, OidcRefused
from posto_desktop.server.team.oidc.settings import OidcSettings
from posto_desktop.server.team.oidc.started import (
    Browser,
    Started,
    StartedSignIns,
    challenge_of,
    mark_of,
)
from posto_desktop.server.team.people import TeamError
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.sign_ins import network_of

if TYPE_CHECKING:
    from posto_desktop.server.database import ServerDatabase
    from posto_desktop.server.team.team import Team

__all__ = ["BrowserSignIns", "Handed"]

log = logging.getLogger(__name__)

ACTION = "sign_in.provider"
_NOBODY = Person(0, "-", "", "viewer", frozenset())


@dataclass(frozen=True)
class Handed:
    """What goes to the app: a code, or the password itself."""

    request: DeviceRequest
    name: str
    code: str = ""
    password: str = ""


class BrowserSignIns:
    """Sign-ins by the provider of a team."""

    def __init__(
        self,
        store: ServerDatabase,
        team: Team,
        settings: OidcSettings,
    ) -> None:
        self._team, self._settings = team, settings
        self.provider = Provider(settings)
        self.identities = Identities(store, team.people, team.clock)
        self._started = StartedSignIns(store, team.clock)

    def begin(
        self, request: DeviceRequest, redirect_uri: str, address: str, *, anew: bool = False
    ) -> tuple[str, str, Browser]:
        """Return the id of a new sign-in, the provider's page, and the browser's secret. `anew`:
        the provider asks for a password although it knows the browser."""
        if not self._team.look():
            raise OidcRefused("This workspace has no people yet. Whoever runs it adds the first.")
        state, browser = self._started.begin(request, redirect_uri, network_of(address))
        try:
            page = self.provider.page(
                redirect_uri,
                state,
                browser.proof(f"nonce {state}"),
                challenge_of(browser.proof(f"verifier {state}")),
            )
        except OidcRefused as error:
            log.warning("A sign-in could not begin: %s", error.why)
            self._started.end(mark_of(state))
            raise
        return mark_of(state), page + ("&prompt=login" if anew else ""), browser

    def answer(
        self, browser_of: Callable[[str], Browser | None], answer: dict[str, str], address: str
    ) -> tuple[str, Browser]:
        """Take the provider's answer. Return the id of the sign-in and the browser's new secret.
        Raises OidcRefused, with the app's `request` where the person can begin anew."""
        state = answer.get("state", "")
        browser = browser_of(mark_of(state))
        started = self._started.take_answer(state, browser)
        assert browser is not None
        claims: dict[str, Any] = {}
        try:
            self.provider.check_sender(answer.get("iss"))
            if "code" not in answer:
                raise OidcRefused(
                    "The provider has not signed you in.",
                    f"the provider answers {answer.get('error', 'nothing')[:100]}",
                )
            claims = self.provider.claims(
                answer["code"],
                started.redirect_uri,
                browser.proof(f"verifier {state}"),
                browser.proof(f"nonce {state}"),
            )
            person, done = self.identities.find(claims, self._settings)
        except OidcRefused as error:
            self._started.end(started.id)
            error.request = started.request
            target = account_of(claims) if claims else self.provider.host
            self._log(_NOBODY, started, address, target, error.why)
            raise
        if done:
            action = {"linked": "people.link", "created": "people.add"}[done]
            state_after = {"role": person.role, "account": account_of(claims)}
            entry = self._team.audit.begin(person, address, action, person.name, {})
            self._team.audit.finish(entry, DONE, "", state_after)
        return started.id, self._started.sign_in(started, browser, person.id)

    def waiting(self, sign_in_id: str, browser: Browser | None) -> tuple[DeviceRequest, Person]:
        """Return what the person is asked for, and who they are."""
        started = self._started.signed_in(sign_in_id, browser)
        return started.request, self._person(started)

    def decide(
        self, sign_in_id: str, browser: Browser | None, *, is_allowed: bool, address: str
    ) -> Handed:
        """Carry out what the person has decided."""
        started = self._started.take_word(sign_in_id, browser)
        if not is_allowed:
            person = self._person(started)
            self._started.end(started.id)
            self._log(person, started, address, self.provider.host, "the person did not allow it")
            return Handed(started.request, "")
        if started.request.challenge:
            return Handed(
                started.request, self._person(started).name, code=self._started.make_code(started)
            )
        self._started.end(started.id)
        name, password = self._make_password(started, address)
        return Handed(started.request, name, password=password)

    def redeem(self, code: str, verifier: str, address: str) -> tuple[str, str]:
        """Return name and password for an app that shows its code."""
        return self._make_password(self._started.redeem(code, verifier), address)

    def _make_password(self, started: Started, address: str) -> tuple[str, str]:
        person = self._person(started)
        device = started.request.device
        entry = self._team.audit.begin(
            replace(person, device=device), address, ACTION, self.provider.host, {}
        )
        try:
            password = self._team.people.add_password(person.name, device, made_by="provider")
        except TeamError as error:
            self._team.audit.finish(entry, str(error))
            raise OidcRefused(str(error)) from error
        self._team.audit.finish(entry, DONE, "", {"device": device})
        return person.name, password

    def _person(self, started: Started) -> Person:
        person = self._team.people.of_id(started.person_id)
        if person is None:
            self._started.end(started.id)
            raise OidcRefused(translatable("Server", "You were removed from this workspace."))
        if person.is_disabled:
            self._started.end(started.id)
            raise OidcRefused(
                translatable("Server", "You may not sign in to this workspace for now.")
            )
        return person

    def _log(self, person: Person, started: Started, address: str, target: str, why: str) -> None:
        who = replace(person, device=started.request.device)
        self._team.audit.finish(self._team.audit.begin(who, address, ACTION, target, {}), why)
