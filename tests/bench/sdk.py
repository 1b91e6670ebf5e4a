"""The SDK's requests and seconds at 50 ms a request, beside the published client in one run."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, medians
from tests.unit.sdk.scripted import (
    PASSWORD,
    TOKEN,
    USER,
    Reply,
    Scripted,
    channel,
    schedule,
    serving,
)

LATENCY = 0.05
ROUNDS = 3
HOSTED = "https://xmachine.online"
PUBLISHED = "posto-sdk 3.0.5"
SLUGS = ["twitter", "facebook", "instagram", "linkedin", "mastodon", "bluesky"]
IMPORT = """
import json, time
began = time.perf_counter()
from {module} import SocialMediaManager
print(json.dumps(time.perf_counter() - began))
"""


@contextmanager
def _published_goes_to(service: Scripted) -> Iterator[None]:
    """The published client knows one address only; what it sends there goes to the service."""
    import requests

    send = requests.adapters.HTTPAdapter.send

    def redirect(self: Any, request: Any, **kwargs: Any) -> Any:
        request.url = request.url.replace(HOSTED, service.url)
        kwargs["proxies"] = {}
        return send(self, request, **kwargs)

    requests.adapters.HTTPAdapter.send = redirect  # type: ignore[method-assign]
    try:
        yield
    finally:
        requests.adapters.HTTPAdapter.send = send  # type: ignore[method-assign]


@contextmanager
def _service(channels: int) -> Iterator[Scripted]:
    with serving() as service:
        service.channels = [
            channel(n, f"Channel {n}", SLUGS[n % 6]) for n in range(1, channels + 1)
        ]
        service.latency = LATENCY
        yield service


def _ours(service: Scripted) -> Any:
    from posto_desktop.sdk import SocialMediaManager

    return SocialMediaManager(USER, PASSWORD, base_url=service.url, config=Path(_FOLDER.name))


def _theirs(_service: Scripted) -> Any:
    import posto_sdk

    return posto_sdk.SocialMediaManager(TOKEN)


_FOLDER = tempfile.TemporaryDirectory(prefix="posto-bench-")


def _images() -> list[str]:
    paths = []
    for number in range(4):
        path = Path(_FOLDER.name) / f"{number}.jpg"
        path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes([number]) * 1024 * 1024)
        paths.append(str(path))
    return paths


def _run(
    make: Callable[[Scripted], Any], channels: int, work: Callable[[Any], object]
) -> tuple[float, int]:
    """(seconds, requests) of one cold run."""
    with _service(channels) as service, _published_goes_to(service):
        client = make(service)
        began = time.perf_counter()
        work(client)
        spent = time.perf_counter() - began
        if hasattr(client, "close"):
            client.close()
        return spent, service.count()


def _task(
    name: str,
    channels: int,
    work: Callable[[Any], object],
    requests_limit: int,
    seconds_limit: float | None,
) -> list[Figure]:
    ours: list[tuple[float, int]] = []
    theirs: list[tuple[float, int]] = []
    for _ in range(ROUNDS):
        ours.append(_run(_ours, channels, work))
        theirs.append(_run(_theirs, channels, work))
    seconds = [statistics.median(run[0] for run in side) for side in (ours, theirs)]
    counts = [max(run[1] for run in side) for side in (ours, theirs)]
    return [
        Figure(f"{name}, requests", counts[0], "", counts[1], PUBLISHED, requests_limit),
        Figure(f"{name}, seconds", seconds[0], "s", seconds[1], PUBLISHED, seconds_limit),
    ]


def _import_time(module: str) -> float:
    code = IMPORT.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    return float(json.loads(done.stdout)) * 1000


def _iterated(rows: int) -> float:
    """The peak of memory in MB while that many schedules are read one by one."""
    page = [schedule(n, at=1_800_000_000) for n in range(50)]

    def answer(seen: Any) -> Reply:
        first = (int(seen.first("page")) - 1) * 50
        listed = [{**row, "id": first + n} for n, row in enumerate(page)]
        return Reply(200, {"schedules": listed, "total": rows})

    with serving() as service:
        service.before.append(answer)
        with _ours(service) as client:
            next(client.schedules.iter())
            service.seen.clear()
            tracemalloc.start()
            count = 0
            for _ in client.schedules.iter():
                count += 1
                if count % 1000 == 0:
                    service.seen.clear()  # the service runs in this process, too
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert count == rows
    return peak / 1e6


def measure() -> list[Figure]:
    images = _images()
    ids = list(range(1, 21))
    start = "1d"
    messages = [f"Message {n}" for n in range(10)]
    figures = [
        *_task("post to 1 channel, cold", 3, lambda c: c.post("Hi", to=2), 2, None),
        *_task("20 channels, 4 images", 20, lambda c: c.post("Hi", to=ids, media=images), 6, 0.25),
        *_task(
            "campaign of 10 to 14 channels",
            14,
            lambda c: c.create_campaign(messages, start_time=start),
            11,
            0.4,
        ),
        *_task(
            "active channels, then by type",
            14,
            lambda c: (c.get_active_channels(), c.get_channels_by_type("facebook")),
            1,
            None,
        ),
    ]
    ours, theirs = medians(
        5, lambda: _import_time("posto_desktop.sdk"), lambda: _import_time("posto_sdk")
    )
    figures.append(Figure("import of the SDK", ours, "ms", theirs, PUBLISHED, 120.0))
    few, many = _iterated(1000), _iterated(100_000)
    figures.append(
        Figure("reading 100,000 schedules, peak", many, "MB", few, "1,000 schedules", few * 1.5)
    )
    return figures
