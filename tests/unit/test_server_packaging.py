"""What packaging/server has for a team: units, containers and proxies fit the program's options."""

from __future__ import annotations

import argparse
import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import dev
from posto_desktop.server import __main__ as program
from posto_desktop.server.body import MAX_MEDIA
from posto_desktop.server.ingress import checked
from posto_desktop.server.operation_options import exposure_of
from posto_desktop.server.team.secret_keys import CREDENTIAL
from posto_desktop.server.web import PROBES

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "packaging" / "server"
UNIT = SERVER / "posto-server@.service"


def parsed(*words: str) -> argparse.Namespace:
    """The options as the program takes them; it must find them safe."""
    options = program._parse(list(words))
    checked(exposure_of(options))
    return options


def text_of(name: str) -> str:
    return (SERVER / name).read_text(encoding="utf-8")


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(re.sub(r"\\\n\s*", "", text_of(UNIT.name)))
    return read


def settings() -> dict[str, str]:
    lines = [line for line in text_of("server.env").splitlines() if line and line[0] != "#"]
    return {name: value.strip('"') for name, value in (line.split("=", 1) for line in lines)}


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("people list", ""),
        ("secrets list", " --secret-key-file {}/secret-key"),
        ("secrets rotate", " --secret-key-file {}/secret-key"),
        ("secrets new-key", ""),
    ],
)
def test_commands_of_the_administrator_have_the_same_settings(
    tmp_path: Path, words: str, key: str
) -> None:
    script = text_of("posto-admin")
    server = tmp_path / "posto-server"
    server.write_text('#!/bin/sh\necho "$*|$POSTO_DATABASE|$POSTO_MEDIA|$PGPASSWORD"\n')
    server.chmod(0o700)
    (tmp_path / "database-password").write_text("secret\n")
    (tmp_path / "server.env").write_text(text_of("server.env"))
    (tmp_path / "posto-admin").write_text(
        script.replace("/etc/posto", str(tmp_path)).replace("/opt/posto/bin", str(tmp_path))
    )
    answer = subprocess.run(
        ["sh", str(tmp_path / "posto-admin"), *words.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    own = settings()
    assert answer.stdout == (
        f"{words}{key.format(tmp_path)}|{own['POSTO_DATABASE']}|{own['POSTO_MEDIA']}|secret\n"
    )
    assert own["POSTO_MEDIA"] == "/var/lib/posto/media"
    assert "posto/media" in unit()["Service"]["StateDirectory"].split()


def test_the_unit_starts_the_program_with_options_that_it_has() -> None:
    service = unit()["Service"]
    command = service["ExecStart"].replace("$POSTO_OPTIONS", settings()["POSTO_OPTIONS"])
    for mark, value in (("%S", "/var/lib"), ("%i", "8001"), ("%d", "/run/credentials/x")):
        command = command.replace(mark, value)
    words = shlex.split(command)
    assert words[0] == "/opt/posto/bin/posto-server"
    options = parsed(*words[1:])
    assert (options.data, options.port, options.detach) == ("/var/lib/posto/8001", 8001, True)
    assert options.log_format == "json"
    assert service["Type"] == "notify"
    assert float(service["TimeoutStopSec"]) > 10
    credentials = re.findall(r"^LoadCredential=([\w-]+):", text_of(UNIT.name), re.MULTILINE)
    assert options.database_password.name in credentials
    assert CREDENTIAL in credentials, "the key for secrets of accounts"


def test_the_unit_is_closed_in() -> None:
    service = unit()["Service"]
    for name in ("ProtectHome", "PrivateTmp", "NoNewPrivileges", "RestrictNamespaces"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("not on this machine: systemd-analyze")
    text = text_of(UNIT.name).replace("/opt/posto/bin/posto-server", "/bin/true")
    (tmp_path / "posto-server@8001.service").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", str(tmp_path / "posto-server@8001.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    own = [line for line in done.stderr.splitlines() if "posto-server" in line]
    assert own == []


def test_containers_start_the_program_with_options_that_it_has() -> None:
    compose: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    container = text_of("Containerfile")
    entry = re.search(r"^ENTRYPOINT \[(.*?)\]", container.replace("\\\n", ""), re.M | re.S)
    assert entry is not None
    words = re.findall(r'"([^"]*)"', entry[1])
    for name in ("server1", "server2"):
        service = compose["services"][name]
        options = parsed(*words[1:], *service["command"])
        assert options.port == 8080
        proxy = compose["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
        assert options.behind_proxy == [proxy]
        assert options.database_password == Path("/run/secrets/database-password")
        assert options.secret_key_file == "/run/secrets/secret-key"
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert f"{name}:8080" in text_of("compose.Caddyfile")
    assert "server1:/data" in compose["services"]["server1"]["volumes"]
    assert "server2:/data" in compose["services"]["server2"]["volumes"]
    assert (
        ROOT / "packaging" / "server" / compose["x-server"]["build"]["context"]
    ).resolve() == ROOT
    assert "USER 10001" in container
    for copied in re.findall(r"^COPY (?!--)(.*) \S+$", container, re.MULTILINE):
        for path in copied.split():
            assert (ROOT / path).exists(), path
            assert any(
                path == listed or path.startswith(f"{listed}/")
                for listed in re.findall(r"^!(.*)$", text_of("Containerfile.dockerignore"), re.M)
            ), path


@pytest.mark.parametrize("name", ["Caddyfile", "compose.Caddyfile", "nginx.conf"])
def test_proxies_let_the_largest_file_through(name: str) -> None:
    match = re.search(r"(?:max_size|client_max_body_size) (\d+)(MB|m)", text_of(name))
    assert match is not None
    unit_bytes = 1_000_000 if match[2] == "MB" else 1024 * 1024
    assert int(match[1]) * unit_bytes > MAX_MEDIA
    if "Caddy" in name:
        probe = re.search(r"health_uri (\S+)", text_of(name))
        assert probe is not None
        assert probe[1] in PROBES


def test_versions_are_those_that_are_tested() -> None:
    pins = {
        name: set(
            re.findall(r"^([\w.-]+==[^ ;]+)", (ROOT / "requirements" / name).read_text(), re.M)
        )
        for name in ("server.txt", "dev.txt")
    }
    assert pins["server.txt"]
    assert pins["server.txt"] - pins["dev.txt"] == set()
    names = {pin.partition("==")[0] for pin in pins["server.txt"]}
    for requirement in dev.server_requirements():
        match = re.match(r"[\w.-]+", requirement)
        assert match is not None
        assert match[0].lower().replace("_", "-") in names
    assert not any(name.startswith("pyside") for name in names)
