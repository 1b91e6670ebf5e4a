<?php
/**
 * A must-use plugin: what the sites of the tests differ in. The web server sets POSTO_… for each
 * (see sites.py).
 */

function posto_has($habit) {
    return !empty($_SERVER["POSTO_$habit"]);
}

/** The path of this request below the site's address, with the query. */
function posto_is_rest() {
    return (bool) preg_match('~/wp-json(/|$)|[?&]rest_route=~', rawurldecode($_SERVER['REQUEST_URI']));
}

// --- where the routes are

if (posto_has('PLAIN_PERMALINKS')) {
    add_filter('pre_option_permalink_structure', '__return_empty_string');
    // The rewrite rules are stored for all sites; without permalinks such a path is the front page.
    if (str_starts_with($_SERVER['REQUEST_URI'], '/wp-json')) {
        $_SERVER['REQUEST_URI'] = '/';
    }
}

if (posto_has('INDEX_PERMALINKS')) { // /index.php/about/: a web server that cannot rewrite
    add_filter('pre_option_permalink_structure', fn () => '/index.php/%postname%/');
}

if (posto_has('REST_PREFIX')) {
    add_filter('rest_url_prefix', fn () => $_SERVER['POSTO_REST_PREFIX']);
    add_filter('option_rewrite_rules', function ($rules) {
        $named = array();
        foreach (is_array($rules) ? $rules : array() as $rule => $query) {
            $named[str_replace('wp-json', $_SERVER['POSTO_REST_PREFIX'], $rule)] = $query;
        }
        return $named;
    });
}

if (posto_has('NO_REST_LINK')) {
    add_action('init', function () {
        remove_action('wp_head', 'rest_output_link_wp_head');
        remove_action('template_redirect', 'rest_output_link_header', 11);
    });
}

// --- who may come in

if (posto_has('CLOSED_TO_GUESTS')) {
    add_filter('rest_authentication_errors', function ($result) {
        if (empty($result) && !is_user_logged_in() && !str_contains($_SERVER['REQUEST_URI'], 'posto-test')) {
            return new WP_Error('rest_cannot_access', 'Only authenticated users can access the REST API.', array('status' => 401));
        }
        return $result;
    });
}

if (posto_has('NO_APP_PASSWORDS')) {
    add_filter('wp_is_application_passwords_available', '__return_false');
}

if (posto_has('APP_PASSWORDS_MENDED')) {
    require __DIR__ . '/mended/app-passwords.php'; // the line that the app advises
}

if (posto_has('ASKS_EARLY')) { // a plugin that wants to know at once who is calling
    add_filter('rest_authentication_errors', function ($result) {
        is_user_logged_in();
        return $result;
    });
}

// --- what comes instead of the answer, or before it

if (posto_has('BYTE_ORDER_MARK') && posto_is_rest()) { // a wp-config.php saved by an old editor
    echo "\u{FEFF}";
}

if (posto_has('NOTICES')) { // printed at once: no header and no status can be set after it
    echo "<br />\n<b>Deprecated</b>:  Creation of dynamic property Some_Plugin::\$x is deprecated in <b>/srv/www/some.php</b> on line <b>12</b><br />\n";
    while (ob_get_level()) {
        ob_end_flush();
    }
    flush();
}

if (posto_has('HTML_FOR_REST') && posto_is_rest()) { // a check for robots, or a page cache
    header('Content-Type: text/html; charset=UTF-8');
    echo '<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>';
    exit;
}

// --- what it can take

if (posto_has('NO_WEBP')) {
    add_filter('upload_mimes', function ($mimes) {
        unset($mimes['webp']);
        return $mimes;
    });
}
