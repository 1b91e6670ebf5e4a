"""A team with people, channels and an audit log, as the settings show it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from posto_desktop.sdk.people import AuditEntry, GroupedChannel, TeamDevice, TeamPerson
from posto_desktop.viewmodels.people_state import PeopleState
from posto_desktop.workers.people import PeopleRequest

ROLES = ("owner", "editor", "writer", "viewer")
LONG = "Wolfeschlegelsteinhausenbergerdorff-Kristjánsdóttir of the harbour's bakery"


def device(number: int, name: str, used: datetime | None, *, is_this: bool = False) -> TeamDevice:
    return TeamDevice(number, name, used, used, "192.0.2.7" if used else "", is_this)


def people(count: int, now: datetime) -> list[TeamPerson]:
    """`count` people: an owner who is signed in, then the roles in turn, each fifth with a long
    name and each seventh disabled."""
    used = now - timedelta(hours=3)
    made = [
        TeamPerson(
            1, "olga", "Olga Lind", "owner", None, False, True,
            (device(1, "Laptop", used, is_this=True), device(2, "Phone", used)),
        )
    ]  # fmt: skip
    for number in range(2, count + 1):
        role = ROLES[number % 4]
        name = f"{LONG} {number}" if number % 5 == 0 else f"Person {number}"
        groups = None if role == "owner" else ("shop", "blog")[: number % 3]
        devices = (device(10 * number, "Laptop", used - timedelta(days=number)),)
        made.append(
            TeamPerson(
                number, f"person{number}", name, role, groups, number % 7 == 0, False,
                devices if number % 3 else (),
            )
        )  # fmt: skip
    return made


def channels() -> list[GroupedChannel]:
    return [
        GroupedChannel(1, "Nordlicht", "mastodon", ("shop",)),
        GroupedChannel(2, "Nordlicht Coffee", "bluesky", ("blog", "shop")),
        GroupedChannel(3, "Studio Lind", "telegram", ()),
    ]


def entries(now: datetime) -> list[AuditEntry]:
    ago = [now - timedelta(minutes=number) for number in range(4)]
    who = ("olga", "Laptop", "192.0.2.7")
    return [
        AuditEntry(
            9, ago[0], *who, "people.change", "ed",
            "shown name: Ed; role: editor; groups: shop", "role: writer", "done",
        ),
        AuditEntry(8, ago[1], *who, "password.add", "ed", "", "device: Phone", "done"),
        AuditEntry(
            7, ago[2], "ed", "Phone", "198.51.100.4", "post.retry", "schedule 15", "", "",
            "Only failed schedules can be retried.",
        ),
        AuditEntry(6, ago[3], *who, "people.remove", "otto", "role: viewer", "", ""),
    ]  # fmt: skip


def fill(state: PeopleState, count: int = 4, now: datetime | None = None) -> None:
    """Show a team of `count`, as its owner."""
    now = now or datetime.now(UTC)
    everybody = people(count, now)
    state.set_role("owner")
    answers: list[tuple[PeopleRequest, object]] = [
        (PeopleRequest("devices"), everybody[0].devices),
        (PeopleRequest("read"), everybody),
        (PeopleRequest("channels"), channels()),
        (PeopleRequest("audit", values={"person": ""}), entries(now)),
    ]
    for request, result in answers:
        state.settle(request, result)


def answered(state: PeopleState, now: datetime, count: int = 4) -> Callable[[PeopleRequest], None]:
    """Return what answers readings at once, as the server would."""
    everybody = people(count, now)
    results: dict[str, object] = {
        "devices": everybody[0].devices,
        "read": everybody,
        "channels": channels(),
        "audit": entries(now),
    }

    def answer(request: PeopleRequest) -> None:
        if request.is_reading:
            state.settle(request, results[request.verb])

    return answer
