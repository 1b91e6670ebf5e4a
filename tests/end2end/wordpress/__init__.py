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

from tests.end2end.desktop import end
from tests.end2end.waiting import wait_for

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/wordpress")

# The sites: one WordPress, seen through web servers with different habits. What is set here
# reaches site.php, or is said to nginx.
SITES: dict[str, str] = {
    "plugin": "",
    "no_plugin": "fastcgi_param POSTO_NO_PLUGIN 1;",
    "plain": "fastcgi_param POSTO_PLAIN_PERMALINKS 1;",
    "no_app_passwords": "fastcgi_param POSTO_NO_APP_PASSWORDS 1;",
    "stripped": 'fastcgi_param HTTP_AUTHORIZATION "";',
    "no_webp": "fastcgi_param POSTO_NO_WEBP 1;",
    "small": "client_max_body_size 64k;",
}


@dataclass(frozen=True)
class Account:
    """`password` is an application password in groups of four, as WordPress shows it."""

    username: str
    password: str
    login_password: str


@dataclass(frozen=True)
class WordPress:
    """`urls`: base URL of each of `SITES`, and of ``redirect`` (to ``plugin``), ``elsewhere``
    (a web server without WordPress) and ``nothing`` (404 for everything)."""

    urls: dict[str, str]
    admin: Account
    subscriber: Account
    uploads: Path


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
    return [name for name, there in wanted.items() if not there]


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago; nginx cannot be told to choose by itself."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


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
    shutil.copy(HERE / "site.php", content / "mu-plugins")
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
    names = [*SITES, "redirect", "elsewhere", "nothing"]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    # Not Debian's fastcgi_params: it sends a host name without the port, and WordPress then
    # redirects each page to itself for ever.
    servers = [
        f"""server {{ listen 127.0.0.1:{ports[name]}; root {site}; client_max_body_size 64m;
  location / {{ try_files $uri /index.php$is_args$args; }}
  location ~ \\.php$ {{
    fastcgi_pass unix:{php};
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_param SCRIPT_NAME $fastcgi_script_name;
    fastcgi_param REQUEST_URI $request_uri;
    fastcgi_param DOCUMENT_ROOT $document_root;
    fastcgi_param QUERY_STRING $query_string;
    fastcgi_param REQUEST_METHOD $request_method;
    fastcgi_param CONTENT_TYPE $content_type;
    fastcgi_param CONTENT_LENGTH $content_length;
    fastcgi_param SERVER_PROTOCOL $server_protocol;
    fastcgi_param REMOTE_ADDR $remote_addr;
    fastcgi_param HTTP_HOST $http_host;
    {habit if "fastcgi" in habit else ""}
  }} }}""".replace(
            "client_max_body_size 64m;",
            habit if "client_max" in habit else "client_max_body_size 64m;",
        )
        for name, habit in SITES.items()
    ]
    servers.append(
        f"server {{ listen 127.0.0.1:{ports['redirect']};"
        f" return 301 {urls['plugin']}$request_uri; }}"
    )
    servers.append(
        f"server {{ listen 127.0.0.1:{ports['elsewhere']}; default_type text/html;"
        " return 200 '<html><title>A shop</title></html>'; }"
    )
    servers.append(f"server {{ listen 127.0.0.1:{ports['nothing']}; return 404; }}")
    temporary = folder / "web-tmp"
    temporary.mkdir(exist_ok=True)
    paths = " ".join(
        f"{kind}_temp_path {temporary / kind};"
        for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")
    )
    owner = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{owner} daemon off; worker_processes 1; pid {folder / 'nginx.pid'};"
        f" error_log {folder / 'nginx.log'};\n"
        f"events {{ }}\nhttp {{ access_log off; {paths}\n" + "\n".join(servers) + "\n}\n"
    )
    process = subprocess.Popen(
        ["/usr/sbin/nginx", "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "nginx.log")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
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
        web, urls = _start_web(folder, site, php)
        processes.append(web)
        wait_for(
            lambda: _web_answers(urls["plugin"]),
            "the web server",
            explain=lambda: (folder / "nginx.log").read_text(),
        )
        yield WordPress(urls=urls, uploads=site / "wp-content" / "uploads", **accounts)
    finally:
        for process in reversed(processes):
            end(process, timeout=10)
        shutil.rmtree(folder, ignore_errors=True)
