"""Jobs about videos: looking for ffmpeg, reading what is in a file, and making renditions ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import Rendition
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.media.media_files import PictureError, open_file
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.media.video_header import read_key_frames
from posto_desktop.media.video_probe import read_video_facts
from posto_desktop.media.video_tools import VideoTools, find_tools
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers.runner import Job, JobCancelled


@dataclass(frozen=True)
class VideoDetails:
    """What the editor has to know of a video: its facts, bytes and key frames, and what can change
    it; or why it can not be read."""

    facts: VideoFacts
    size: int = 0
    key_frames: tuple[float, ...] = ()
    tools: VideoTools | None = None
    problem: str = ""


def look_for_tools(_job: Job, chosen: str) -> VideoTools | None:
    """A job: find ffmpeg."""
    return find_tools(chosen)


def read_details(
    job: Job, path: str, tools_of: Callable[[], VideoTools | None] = find_tools
) -> VideoDetails:
    """A job: read what is in a video. What cannot be read is empty."""
    job.check()
    tools = tools_of()
    try:
        file = open_file(path)
        facts = read_video_facts(file, tools)
        return VideoDetails(facts, file.size, read_key_frames(file.path, file.mime), tools)
    except PictureError as error:
        return VideoDetails(VideoFacts(), tools=tools, problem=error.user_message)
    except OSError:
        return VideoDetails(VideoFacts(), tools=tools)


def make_video(
    job: Job, renditions: RenditionStore, ref: MediaRef, edit: Edit | None, network: str
) -> Rendition:
    """A job: make a video for a network; reports the part that is made, 0 to 1. Raises
    RenditionError."""
    job.check()
    try:
        return renditions(ref, edit, network, job.cancelled, job.report)
    except Cancelled:
        raise JobCancelled from None
