"""One WordPress, seen through web servers with different habits: the doors of the tests.

What a site's PHP is told reaches ``habits.php``; the rest is said to nginx.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.sdk.remedies import AUTHORIZATION_HEADER, FRONT_PASSWORD
from tests.certificates import Authority

# A web server that passes every path to WordPress, one that cannot rewrite addresses, and one
# that asks for a password of its own before anything else.
REWRITES = "location / { try_files $uri /index.php$is_args$args; }"
NO_REWRITING = "index index.php; location / { try_files $uri $uri/ =404; }"
OWN_PASSWORD = 'auth_basic "Members"; auth_basic_user_file {folder}/front.htpasswd; '

# Drops the Authorization header, and passes those that anything needs.
DROPS_HEADERS = "fastcgi_pass_request_headers off;"
PASSES = (
    "HTTP_ACCEPT $http_accept",
    "HTTP_CONTENT_DISPOSITION $http_content_disposition if_not_empty",
)

# The lines that the app has people copy: once as they are for nginx, once for WordPress.
_HEADER = next(hint.lines for hint in AUTHORIZATION_HEADER if "nginx" in hint.where)
_MAP, _, _ASK = next(hint.lines for hint in FRONT_PASSWORD if "nginx" in hint.where).partition(
    "\n\n"
)


@dataclass(frozen=True)
class Site:
    """`php` are parameters for PHP; `web`, `at_php` and `at_top` directives of nginx in the server,
    beside ``fastcgi_pass`` and outside of the server; `way` is how paths are found.

    ``{folder}`` and ``{url:NAME}`` in `web` are replaced. `certificate` makes it speak https.
    """

    php: tuple[str, ...] = ()
    web: str = ""
    at_php: str = ""
    at_top: str = ""
    way: str = REWRITES
    certificate: str = ""
    largest_upload: str = "64m"


SITES: dict[str, Site] = {
    "plugin": Site(),
    "no_plugin": Site(php=("POSTO_NO_PLUGIN 1",)),
    # Where the routes are.
    "plain": Site(php=("POSTO_PLAIN_PERMALINKS 1",)),
    "index_php": Site(php=("POSTO_INDEX_PERMALINKS 1",), way=NO_REWRITING),
    "prefix": Site(php=("POSTO_REST_PREFIX api",)),
    # Who may come in.
    "closed": Site(php=("POSTO_CLOSED_TO_GUESTS 1",)),
    "closed_unnamed": Site(php=("POSTO_CLOSED_TO_GUESTS 1", "POSTO_NO_REST_LINK 1")),
    "no_app_passwords": Site(php=("POSTO_NO_APP_PASSWORDS 1",)),
    "stripped": Site(php=PASSES, web=DROPS_HEADERS),
    "strict": Site(php=("POSTO_ASKS_EARLY 1",)),
    "own_password": Site(web=OWN_PASSWORD),
    # The same three after somebody has followed the app's advice.
    "stripped_mended": Site(php=PASSES, web=DROPS_HEADERS, at_php=_HEADER),
    "own_password_mended": Site(
        web=OWN_PASSWORD.replace('auth_basic "Members";', _ASK), at_top=_MAP
    ),
    "no_app_passwords_mended": Site(
        php=("POSTO_NO_APP_PASSWORDS 1", "POSTO_APP_PASSWORDS_MENDED 1")
    ),
    "https_no_app_passwords": Site(php=("POSTO_NO_APP_PASSWORDS 1",), certificate="good"),
    "firewall": Site(web="location /wp-json { return 403; }"),
    "firewall_uploads": Site(
        web="location /wp-json/wp/v2/media { if ($request_method = POST) { return 403; } "
        "try_files $uri /index.php$is_args$args; }"
    ),
    # What comes instead of the answer, or before it.
    "byte_order_mark": Site(php=("POSTO_BYTE_ORDER_MARK 1",)),
    "notices": Site(php=("POSTO_NOTICES 1",)),
    "html": Site(php=("POSTO_HTML_FOR_REST 1",)),
    # What it can take.
    "no_webp": Site(php=("POSTO_NO_WEBP 1",)),
    "small": Site(largest_upload="64k"),
    "low_memory": Site(php=("POSTO_MEMORY_LIMIT 32M",)),
    "low_memory_mended": Site(php=("POSTO_MEMORY_LIMIT 32M", "POSTO_MEMORY_MENDED 1")),
    # Who stands in between. `impatient` gives PHP one second: a fault with two makes a real 504.
    # `cached` keeps what was read for ten minutes, whoever asks and whatever the answer says.
    "impatient": Site(web="fastcgi_read_timeout 1s;"),
    "cached": Site(
        web="fastcgi_cache kept; fastcgi_cache_key $request_uri; fastcgi_cache_valid 200 10m; "
        "fastcgi_ignore_headers Cache-Control Expires Set-Cookie Vary; "
        "add_header X-Cache $upstream_cache_status;"
    ),
    # With a certificate of `write_certificates`.
    "https": Site(certificate="good"),
    "https_expired": Site(certificate="expired"),
    "https_self_signed": Site(certificate="self_signed"),
    "https_wrong_name": Site(certificate="wrong_name"),
}

# Web servers without a WordPress of their own.
OTHERS: dict[str, str] = {
    "redirect": "return 301 {url:plugin}$request_uri;",
    # `other_host` is `plugin` by another name: localhost instead of 127.0.0.1.
    "to_other_host": "return 301 {url:other_host}$request_uri;",
    "circle": "return 301 {url:circle_back}$request_uri;",
    "circle_back": "return 301 {url:circle}$request_uri;",
    "to_http": "return 301 {url:plugin}$request_uri;",
    "elsewhere": "default_type text/html; return 200 '<html><title>A shop</title></html>';",
    "nothing": "return 404;",
}
SECURE_OTHERS = {"to_http": "good"}


def write_password_file(folder: Path, user: str = "members", password: str = "theirs") -> None:
    """Who may pass `own_password`; nginx reads the file for each request."""
    digest = base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()
    (folder / "front.htpasswd").write_text(f"{user}:{{SHA}}{digest}\n")


def write_certificates(folder: Path) -> Path:
    """``KIND.pem`` for each kind of certificate that a site can have; the authority's own."""
    authority = Authority(folder / "authority.pem")
    here = ("127.0.0.1", "localhost")
    for kind, certificate in {
        "good": authority.issue(*here),
        "expired": authority.issue(*here, days=(-30, -2)),
        "self_signed": authority.issue(*here, self_signed=True),
        "wrong_name": authority.issue("other.example.test"),
    }.items():
        (folder / f"{kind}.pem").write_bytes(certificate)
    return authority.file


def configuration(folder: Path, site: Path, php: Path, urls: dict[str, str], root: bool) -> str:
    """The whole of nginx.conf. `urls` are the base URLs by name, with ports that are bound."""

    def filled(text: str) -> str:
        for name, url in urls.items():
            text = text.replace(f"{{url:{name}}}", url)
        return text.replace("{folder}", str(folder))

    def listen(name: str, certificate: str) -> str:
        port = urls[name].rpartition(":")[2]
        if not certificate:
            return f"listen 127.0.0.1:{port};"
        pair = folder / f"{certificate}.pem"
        return f"listen 127.0.0.1:{port} ssl; ssl_certificate {pair}; ssl_certificate_key {pair};"

    # Not Debian's fastcgi_params: it sends a host name without the port, and WordPress then
    # redirects each page to itself for ever.
    servers = [
        f"""server {{ {listen(name, settings.certificate)} root {site};
  client_max_body_size {settings.largest_upload};
  {filled(settings.web)}
  {settings.way}
  location ~ ^(?<script>.+\\.php)(?<rest>/.*)?$ {{
    fastcgi_pass unix:{php};
    fastcgi_param SCRIPT_FILENAME $document_root$script;
    fastcgi_param SCRIPT_NAME $script;
    fastcgi_param PATH_INFO $rest;
    fastcgi_param REQUEST_URI $request_uri;
    fastcgi_param DOCUMENT_ROOT $document_root;
    fastcgi_param QUERY_STRING $query_string;
    fastcgi_param REQUEST_METHOD $request_method;
    fastcgi_param CONTENT_TYPE $content_type;
    fastcgi_param CONTENT_LENGTH $content_length;
    fastcgi_param SERVER_PROTOCOL $server_protocol;
    fastcgi_param REMOTE_ADDR $remote_addr;
    fastcgi_param HTTP_HOST $http_host;
    fastcgi_param HTTPS $https if_not_empty;
    {"".join(f"fastcgi_param {parameter};" for parameter in settings.php)}
    {settings.at_php}
  }} }}"""
        for name, settings in SITES.items()
    ]
    servers += [
        f"server {{ {listen(name, SECURE_OTHERS.get(name, ''))} {filled(answer)} }}"
        for name, answer in OTHERS.items()
    ]
    temporary = folder / "web-tmp"
    paths = " ".join(
        f"{kind}_temp_path {temporary / kind};"
        for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")
    )
    return (
        f"{'user root;' if root else ''} daemon off; worker_processes 1;"
        f" pid {folder / 'nginx.pid'}; error_log {folder / 'nginx.log'};\n"
        f"events {{ }}\nhttp {{ access_log off; {paths}\n"
        f"fastcgi_cache_path {folder / 'web-cache'} keys_zone=kept:1m;\n"
        "ssl_session_cache off;\n"
        + "\n".join([*(site.at_top for site in SITES.values()), *servers])
        + "\n}\n"
    )
