"""A real WordPress for the tests: MariaDB, PHP-FPM and nginx as own processes in one folder.

Nothing of the machine's own services is used or touched: own configurations, own sockets, own
ports on loopback, ended by process id. `running_wordpress` is the way in.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from posto_desktop.sdk.remedies import APPLICATION_PASSWORDS, MEMORY
from tests.end2end.desktop import end
from tests.end2end.waiting import wait_for
from tests.end2end.wordpress.control import Control
from tests.end2end.wordpress.sites import (
    OTHERS,
    SECURE_OTHERS,
    SITES,
    configuration,
    write_certificates,
    write_password_file,
)

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/wordpress")


@dataclass(frozen=True)
class Account:
    """`password` is an application password in groups of four, as WordPress shows it."""

    username: str
    password: str
    login_password: str


@dataclass(frozen=True)
class WordPress:
    """`urls`: base URL of each of `sites.SITES` and `sites.OTHERS`. `control` tells what happened
    at the site, `authority` is the file with the certificate of who signed the others."""

    urls: dict[str, str]
    admin: Account
    subscriber: Account
    folder: Path
    control: Control
    authority: Path

    def let_in_front(self, account: Account) -> None:
        """Have the web server of `own_password` ask for this account's sign-in."""
        write_password_file(self.folder.parent, account.username, account.password)

    @contextlib.contextmanager
    def maintenance(self) -> Iterator[None]:
        """The site is being updated: WordPress writes and heeds this file itself."""
        mark = self.folder / ".maintenance"
        mark.write_text("<?php $upgrading = time(); ?>")
        try:
            yield
        finally:
            mark.unlink()


def fpm() -> Path | None:
    """PHP's server; its name carries PHP's version."""
    return max(Path("/usr/sbin").glob("php-fpm*"), default=None)


def missing_parts() -> list[str]:
    """What of the needed packages is not on this machine."""
    wanted = {
        "wordpress": (SOURCE / "wp-settings.php").exists(),
        "nginx": Path("/usr/sbin/nginx").exists(),
        "php-fpm": fpm() is not None,
        "php": shutil.which("php") is not None,
        "mariadb-server": shutil.which("mariadb-install-db") is not None,
    }
    return [name for name, is_present in wanted.items() if not is_present]


def _lay_out(folder: Path) -> Path:
    """WordPress's files: its programs linked, what belongs to the site our own."""
    site = folder / "site"
    content = site / "wp-content"
    for part in ("uploads", "plugins", "mu-plugins"):
        (content / part).mkdir(parents=True)
    for path in SOURCE.glob("*.php"):  # they look for wp-config.php beside themselves: copies
        if path.name != "wp-config.php":
            shutil.copy(path, site)
    for name in ("wp-includes", "wp-admin"):
        (site / name).symlink_to(SOURCE / name)
    shutil.copy(HERE / "wp-config.php", site)
    shutil.copytree(HERE / "theme", content / "themes" / "plain")
    for path in HERE.glob("*.php"):
        if path.name not in ("install.php", "wp-config.php"):
            shutil.copy(path, content / "mu-plugins")
    mended = content / "mu-plugins" / "mended"  # WordPress loads no folders by itself
    mended.mkdir()
    (mended / "app-passwords.php").write_text(APPLICATION_PASSWORDS[0].lines)
    (mended / "memory.php").write_text(f"<?php {MEMORY[0].lines}")
    return site


def _start_database(folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    data, temporary, sock = folder / "db", folder / "db-tmp", folder / "db.sock"
    temporary.mkdir()  # MariaDB sweeps its tmpdir: never a shared one
    root = ["--user=root"] if os.geteuid() == 0 else []
    log = (folder / "db.log").open("ab")
    with log:
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={data}",
                f"--tmpdir={temporary}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *root,
            ],
            stdout=log,
            stderr=log,
            check=True,
            timeout=60,
        )
        setup = folder / "setup.sql"
        setup.write_text(
            "CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;"
            "CREATE OR REPLACE USER wordpress@localhost IDENTIFIED BY 'wordpress';"
            "GRANT ALL ON wordpress.* TO wordpress@localhost;".replace(";", ";\n")
        )
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        process = subprocess.Popen(
            [
                server,
                "--no-defaults",
                f"--datadir={data}",
                f"--tmpdir={temporary}",
                f"--socket={sock}",
                f"--pid-file={folder / 'db.pid'}",
                f"--init-file={setup}",
                "--skip-networking",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=32M",
                *root,
            ],
            stdout=log,
            stderr=log,
        )
    return process, sock


def _start_php(folder: Path, db: Path) -> tuple[subprocess.Popen[bytes], Path]:
    sock, config = folder / "php.sock", folder / "php-fpm.conf"
    owner = "user = root\ngroup = root\n" if os.geteuid() == 0 else ""
    config.write_text(
        f"[global]\nerror_log = {folder / 'php.log'}\ndaemonize = no\n"
        f"[www]\n{owner}listen = {sock}\npm = static\npm.max_children = 4\n"
        f"env[POSTO_DB_SOCKET] = {db}\n"
        "php_admin_value[upload_max_filesize] = 8M\nphp_admin_value[post_max_size] = 9M\n"
        f"php_admin_value[sendmail_path] = /bin/true\n"
    )
    root = ["--allow-to-run-as-root"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [str(fpm()), "--nodaemonize", "--fpm-config", str(config), *root],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process, sock


def _start_web(
    folder: Path, site: Path, php: Path
) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """nginx takes the ports from here, already listening: none can be taken in between."""
    (folder / "web-tmp").mkdir()
    write_password_file(folder)
    urls: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        sockets = []
        for name in [*SITES, *OTHERS]:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
            secure = name in SECURE_OTHERS or (name in SITES and SITES[name].certificate)
            port = listener.getsockname()[1]
            urls[name] = f"http{'s' if secure else ''}://127.0.0.1:{port}"
            sockets.append(listener.fileno())
        urls["other_host"] = urls["plugin"].replace("127.0.0.1", "localhost")
        root = os.geteuid() == 0
        (folder / "nginx.conf").write_text(configuration(folder, site, php, urls, root))
        log = str(folder / "nginx.log")
        process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", str(folder), "-c", "nginx.conf", "-e", log],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=sockets,
            # This is how nginx hands its sockets to a new one of itself.
            env={**os.environ, "NGINX": "".join(f"{number};" for number in sockets)},
        )
    return process, urls


def _install(site: Path, db: Path) -> dict[str, Account]:
    result = subprocess.run(
        ["php", "-d", "sendmail_path=/bin/true", str(HERE / "install.php")],
        cwd=site,
        env={**os.environ, "POSTO_DB_SOCKET": str(db)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    accounts = json.loads(result.stdout.strip().splitlines()[-1])
    return {role: Account(**account) for role, account in accounts.items()}


def _database_answers(sock: Path) -> bool:
    command = ["mariadb-admin", "--no-defaults", f"--socket={sock}", "-uwordpress", "-pwordpress"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.call([*command, "ping"], **quiet) == 0


def _web_answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/wp-json/", timeout=20).status_code == 200
    except requests.ConnectionError:
        return False


@contextlib.contextmanager
def running_wordpress() -> Iterator[WordPress]:
    """A freshly installed WordPress for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="posto-wp-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        site = _lay_out(folder)
        database, db = _start_database(folder)
        processes.append(database)
        wait_for(
            lambda: _database_answers(db),
            "the database",
            every=0.1,
            explain=(folder / "db.log").read_text,
        )
        accounts = _install(site, db)
        php_process, php = _start_php(folder, db)
        processes.append(php_process)
        wait_for(php.exists, "PHP", explain=lambda: (folder / "php.log").read_text())
        authority = write_certificates(folder)
        web, urls = _start_web(folder, site, php)
        processes.append(web)
        wait_for(
            lambda: _web_answers(urls["plugin"]),
            "the web server",
            explain=lambda: (folder / "nginx.log").read_text(),
        )
        yield WordPress(
            urls=urls,
            folder=site,
            control=Control(urls["plugin"], folder / "web-cache"),
            authority=authority,
            **accounts,
        )
    finally:
        for process in reversed(processes):
            end(process, timeout=10)
        shutil.rmtree(folder, ignore_errors=True)
