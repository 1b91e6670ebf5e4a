"""`posto-server audit`: what people have done."""

from __future__ import annotations

from posto_desktop.server.team.command import carry_out


def main(arguments: list[str]) -> int:
    """Show the audit log. Return 0, 1 if it was not possible, 2 for a wrong call."""
    return carry_out("audit", arguments)
