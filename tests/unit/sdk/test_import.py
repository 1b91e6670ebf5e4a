"""What the package offers, and that it brings little with it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import posto_desktop.sdk as sdk

PROGRAM = """
import json, sys
import posto_desktop.sdk
from posto_desktop.sdk import PostoSDK, SocialMediaManager
print(json.dumps(sorted(sys.modules)))
"""


def test_the_import_brings_nothing_heavy() -> None:
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(made.stdout)}
    assert "posto_desktop" in loaded
    heavy = {"dateparser", "PIL", "keyring", "PySide6", "requests", "regex", "platformdirs"}
    heavy |= {"http", "socket", "ssl", "urllib3"}
    assert not loaded & heavy


def test_everything_documented_is_there() -> None:
    names = (
        "PostoSDK SocialMediaManager PostResult PostoError AuthenticationError ServiceError "
        "NetworkError ChannelError MediaUploadError PostingError WhenError NetworkSettings "
        "NetworkCapabilities NetworkSettingsManager ChannelManager ScheduleManager"
    )
    for name in names.split():
        assert name in sdk.__all__
    for name in sdk.__all__:
        assert getattr(sdk, name) is not None
    from posto_desktop.sdk.posto_sdk import PostoSDK
    from posto_desktop.sdk.social_media_manager import SocialMediaManager

    assert sdk.PostoSDK is PostoSDK
    assert sdk.SocialMediaManager is SocialMediaManager
    assert issubclass(SocialMediaManager, PostoSDK)


def test_errors_form_the_documented_tree() -> None:
    for kind in (
        sdk.AuthenticationError, sdk.ServiceError, sdk.NetworkError, sdk.ChannelError,
        sdk.MediaUploadError, sdk.PostingError, sdk.WhenError, sdk.SettingsError, sdk.Cancelled,
    ):  # fmt: skip
        error = kind("technical")
        assert isinstance(error, sdk.PostoError)
        assert error.user_message == "technical"
        assert kind("technical", user_message="For people.").user_message == "For people."
    assert issubclass(sdk.WhenError, ValueError)


def test_the_package_is_typed_and_requests_stays_in_one_place() -> None:
    folder = Path(sdk.__file__).parent
    assert (folder / "py.typed").is_file()
    for path in folder.rglob("*.py"):
        names = {
            alias.name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {
            (node.module or "").partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and not node.level
        }
        assert not names & {"PySide6", "PIL", "keyring"}, path
        if path.parent.name != "transport":
            assert not names & {"requests", "urllib3"}, path
