"""The job of an import that needs the network: pictures at addresses. All others are
`delivery.import_steps`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from posto_desktop.delivery.import_steps import ImportProgress
from posto_desktop.workers.media_import import ImportedMedia, import_urls, public_transport
from posto_desktop.workers.runner import Job


def fetch(job: Job, urls: Sequence[str], folder: Path) -> list[ImportedMedia]:
    """Download pictures from public addresses; failed ones have a sentence."""
    fetched: list[ImportedMedia] = []
    transport = public_transport()
    try:
        for number, url in enumerate(urls):
            job.check()
            job.report(ImportProgress(number, len(urls)))
            fetched += import_urls(job, [url], folder, transport)
    finally:
        transport.close()
    return fetched
