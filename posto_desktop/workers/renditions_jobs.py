"""Renditions for the job runner: what the pages ask for while a post is written."""

from __future__ import annotations

from collections.abc import Iterable

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import Rendition, RenditionPlan
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers.renditions import Renditions
from posto_desktop.workers.runner import Job, JobCancelled


def make_rendition(
    job: Job, renditions: Renditions, ref: MediaRef, edit: Edit | None, network: str
) -> Rendition:
    """For the runner: what a network would get, really made. Raises RenditionError."""
    job.check()
    try:
        return renditions(ref, edit, network, job.cancelled)
    except Cancelled:
        raise JobCancelled from None


def plan_renditions(
    job: Job, renditions: Renditions, ref: MediaRef, networks: Iterable[str]
) -> dict[str, RenditionPlan]:
    """For the runner: what would be done to a file for each network, with its own edits."""
    found = {}
    for network in networks:
        job.check()
        found[network] = renditions.plan(ref, ref.edit_for(network), network)
    return found
