"""The only place that makes HTTP requests.

A `Transport` has one pooled session for one service. It never follows redirects on API calls (they
would drop the password and turn POST into GET), sends the password to the service's own origin
only, repeats only what is safe to repeat, and hides secrets in all messages.

Threads: every method may be called from any thread at once.
"""

from __future__ import annotations

from posto_desktop.net.deadline import Deadline, total_seconds

from .calls import DEFAULT_TIMEOUT, MAX_REDIRECTS, Transport
from .route import Route, proxy_address
from .sessions import BLOCK, MAX_CONNECTIONS
from .throttle import Throttle

__all__ = [
    "BLOCK",
    "DEFAULT_TIMEOUT",
    "MAX_CONNECTIONS",
    "MAX_REDIRECTS",
    "Deadline",
    "Route",
    "Throttle",
    "Transport",
    "proxy_address",
    "total_seconds",
]
