"""A service that hides rows for a while, and a post of which it has a part."""

from __future__ import annotations

import pytest

from posto_desktop.delivery.outbox import Outbox
from tests.unit.delivery.partly.three_channels import RECONNECT, THREE, TOMORROW
from tests.unit.delivery.scripted import Clock, ScriptedService, Shape, draft_of


@pytest.fixture
def service(clock: Clock) -> ScriptedService:
    """As a real one: it hides rows that are being sent, and a lost call goes on for a while."""
    return ScriptedService(clock, hides_sending=True, settle=90.0)


@pytest.fixture
def partly(outbox: Outbox, service: ScriptedService) -> str:
    service.shapes = [Shape(drops={2, 3}, says=RECONNECT)]
    entry = outbox.process(outbox.add(draft_of(), THREE, TOMORROW).id, service)
    assert entry.is_partly
    return entry.id
