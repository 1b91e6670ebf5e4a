"""A HEIC picture where the package that reads it was not installed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.renditions import RenditionError
from posto_desktop.media import edit_pillow, picture_helpers
from posto_desktop.media.media_files import PictureError, open_file
from posto_desktop.media.picture_process import Answer, carry_out

PICTURE = Path(__file__).parents[2] / "data" / "garden.heic"


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(request: Mapping[str, Any], payload: bytes, **_limits: object) -> Answer:
        return carry_out(request, payload)  # what a helper does, in this process

    edit_pillow._with_heic.cache_clear()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setattr(picture_helpers._helpers, "ask", ask)
    file = open_file(str(PICTURE))
    with pytest.raises(PictureError, match=r"^garden\.heic cannot .*pip install 'posto\[heic\]'$"):
        picture_helpers.look(file, 32)
    with pytest.raises(
        RenditionError, match=r"^garden\.heic cannot .*pip install 'posto\[heic\]'$"
    ):
        picture_helpers.measure(file)
