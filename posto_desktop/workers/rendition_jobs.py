"""Rendition jobs for the pages, used while a post is written."""

from __future__ import annotations

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import Rendition
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers.runner import Job, JobCancelled


def make_rendition(
    job: Job, renditions: RenditionStore, ref: MediaRef, edit: Edit | None, network: str
) -> Rendition:
    """A job: make the rendition of a network. Raises RenditionError."""
    job.check()
    try:
        return renditions(ref, edit, network, job.cancelled)
    except Cancelled:
        raise JobCancelled from None
