"""Story of a post: the history of each part, with times."""

from __future__ import annotations

from typing import Any

from posto_desktop.server.deliveries import outcome_of_record
from posto_desktop.server.rows import Row, json_object
from posto_desktop.server.schedules import Schedules
from posto_desktop.server.uploads import Uploads

__all__ = ["Stories", "story_data"]

_MOST_PARTS = 100


class Stories:
    """Tells the stories of rows, also while they are sent."""

    def __init__(self, schedules: Schedules, uploads: Uploads) -> None:
        self._schedules, self._uploads = schedules, uploads

    def of(self, schedule_id: int, base_url: str) -> dict[str, Any]:
        """Return the story of a post. Times are Unix seconds or null; a `link` of this workspace
        begins with `base_url`. `reason` is why it waits, failed or is unclear."""
        row = self._schedules.get(schedule_id)
        upload = self._uploads.of(schedule_id)
        parts = parts_of(row)
        for part in parts:
            if str(part.get("link") or "").startswith("/"):
                part["link"] = base_url + part["link"]
        return {
            "id": row["id"],
            "status": row["status"],
            "stage": row["stage"],
            "created_at": row["created_at"],
            "send_time": row["send_time"],
            "due_at": row["due_at"],
            "attempt": row["attempt"],
            "reason": row["error_msg"],
            "field": row["error_field"],
            "is_own": bool(row["channel_account"]),
            "ahead": json_object(row["record"]).get("ahead") or "",
            "parts": parts,
            "upload": None
            if upload is None
            else {"part": upload.part, "sent": upload.sent, "total": upload.total},
        }


def story_data(row: Row) -> dict[str, Any]:
    """Return what the list of schedules says beside a row: its parts, and what it failed for."""
    data: dict[str, Any] = {}
    if (row["posted"] or row["status"] in ("error", "unknown")) and (parts := parts_of(row)):
        data["parts"] = parts
    if row["status"] == "error" and row["error_field"]:
        data["field"] = row["error_field"]
    return data


def parts_of(row: Row) -> list[dict[str, Any]]:
    """Return what became of each part so far, from what is stored of it."""
    listed = json_object(row["posted"]).get("parts")
    if row["status"] != "success" or not isinstance(listed, list):
        listed = outcome_of_record(json_object(row["record"])) or listed
    return [part for part in listed or () if isinstance(part, dict)][:_MOST_PARTS]
