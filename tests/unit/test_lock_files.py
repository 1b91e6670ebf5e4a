"""The lock files are whole: pip resolves nothing when it installs them."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev
from tools import lock_needs

FILES = {Path(path).stem: Path(path) for path in lock_needs.lock_files()}


def roots(name: str) -> list[str]:
    """Return what a lock file is made for."""
    if name == "server":
        return dev.server_requirements()
    if name in ("app", "dev"):
        return dev.requirements(dev.EVERYTHING if name == "dev" else "")
    return FILES[name].with_suffix(".in").read_text("utf-8").split()


def reached(name: str, locked: dict[str, str], values: dict[str, str]) -> set[str]:
    """Return the names of all that is needed in an environment; fail if a version is not locked,
    or another one is."""
    needs = lock_needs.read_needs()
    waiting = [(Requirement(line), "") for line in roots(name)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wish, extra = waiting.pop()
        if not lock_needs.holds(wish, values, extra):
            continue
        needed = canonicalize_name(wish.name)
        assert needed in locked, f"{wish} is not in {name} for {values}"
        assert wish.specifier.contains(locked[needed], prereleases=True), f"{wish} in {name}"
        for part in ("", *wish.extras):
            if (needed, part) not in seen:
                seen.add((needed, part))
                lines = needs[f"{needed}=={locked[needed]}"]
                waiting += [(Requirement(line), part) for line in lines]
    return {needed for needed, _ in seen}


def locked_in(name: str, values: dict[str, str]) -> dict[str, str]:
    """Return the versions by name that a lock file has for an environment."""
    wishes = [wish for wish, _ in lock_needs.read_lock(str(FILES[name]))]
    pins = [lock_needs.pin(wish) for wish in wishes if lock_needs.holds(wish, values)]
    versions = dict(pin.split("==") for pin in pins)
    assert len(versions) == len(pins), "one version of each"
    return versions


@pytest.mark.parametrize("name", FILES)
def test_all_that_is_needed_is_locked_and_nothing_else(name: str) -> None:
    """For each Python on each system: the needs of what is locked are locked, in a version that
    fits."""
    for values in lock_needs.environments():
        locked = locked_in(name, values)
        assert reached(name, locked, values) == set(locked)


def test_each_python_on_each_system_is_looked_at() -> None:
    looked_at = {
        (values["sys_platform"], values["python_version"]) for values in lock_needs.environments()
    }
    pythons = ("3.11", "3.12", "3.13", "3.14")
    assert looked_at == {
        (system, python) for system in ("linux", "win32", "darwin") for python in pythons
    }


def test_a_lock_that_lacks_something_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    values = lock_needs.environments()[0]
    locked = locked_in("app", values)
    del locked["charset-normalizer"]  # what requests needs
    with pytest.raises(AssertionError, match=r"charset_normalizer.* is not in app"):
        reached("app", locked, values)
    locked = {**locked_in("app", values), "urllib3": "1.0"}
    with pytest.raises(AssertionError, match=r"urllib3.* in app"):
        reached("app", locked, values)


def test_needs_are_those_of_what_is_installed_here() -> None:
    """`requirements/needs.json` says of each library what it says itself."""
    needs = lock_needs.read_needs()
    compared = 0
    for distribution in metadata.distributions():
        pin = f"{canonicalize_name(distribution.name)}=={distribution.version}"
        if pin in needs:
            compared += 1
            assert needs[pin] == lock_needs.useful(distribution.requires or []), pin
    assert compared > 80
