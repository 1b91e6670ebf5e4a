"""Remedies for site owners: configuration lines that let Posto's requests pass.

``tests/end2end/test_doors.py`` tests those for nginx and WordPress; those for Apache were tried by
hand with Apache 2.4.71 in front of PHP-FPM.
"""

from __future__ import annotations

from posto_desktop.common.translation import translatable

from .errors import Remedy

AUTHORIZATION_HEADER = (
    Remedy(
        translatable(
            "Sdk", "If the Authorization header is dropped: Apache, at the top of .htaccess"
        ),
        'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
    ),
    Remedy(
        translatable("Sdk", "The same, Apache 2.4.13 or newer with PHP as CGI"), "CGIPassAuth On"
    ),
    Remedy(
        translatable("Sdk", "The same, nginx, beside fastcgi_pass"),
        "fastcgi_param HTTP_AUTHORIZATION $http_authorization;",
    ),
)

FRONT_PASSWORD = (
    Remedy(
        translatable("Sdk", "nginx: outside of server { }, and inside in place of its auth_basic"),
        'map $request_uri $ask_for {\n    default "Members only";\n    ~^/wp-json/ off;\n}\n\n'
        "auth_basic $ask_for;",
    ),
    Remedy(
        translatable("Sdk", "Apache: in .htaccess, in place of Require valid-user"),
        'SetEnvIf Request_URI "^/wp-json/" for_programs\n'
        "<RequireAny>\n    Require env for_programs\n    Require env REDIRECT_for_programs\n"
        "    Require valid-user\n</RequireAny>",
    ),
)

APPLICATION_PASSWORDS = (
    Remedy(
        translatable("Sdk", "WordPress: a file in wp-content/mu-plugins"),
        "<?php\nadd_filter(\n    'wp_is_application_passwords_available',\n"
        "    '__return_true',\n    100\n);",
    ),
)

UPLOAD_LIMIT = (Remedy(translatable("Sdk", "nginx, in server { }"), "client_max_body_size 64m;"),)

MEMORY = (
    Remedy(
        translatable("Sdk", "WordPress, in wp-config.php"), "define( 'WP_MEMORY_LIMIT', '256M' );"
    ),
)

CERTIFICATE = (
    Remedy(
        translatable("Sdk", "In Posto Desktop"),
        translatable("Sdk", "Settings > Network > Certificates of your own"),
        "app",
    ),
    Remedy(
        translatable("Sdk", "In a script"),
        "PostoSDK.from_credentials(…, route=Route(ca_file='site.pem'))",
        "script",
    ),
)


def firewall(address: str) -> tuple[Remedy, ...]:
    """Return remedies; `address` is that of the routes."""
    details = f"Address: {address}*\nMethods: GET, POST, DELETE\nUser-Agent: Posto-Desktop"
    return (Remedy(translatable("Sdk", "What has to get through"), details),)
