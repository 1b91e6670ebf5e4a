<?php
// The environment comes from the web server or, for install.php, from the process.
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', 'wordpress');
define('DB_HOST', 'localhost:' . (getenv('POSTO_DB_SOCKET') ?: $_SERVER['POSTO_DB_SOCKET']));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (array('AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY',
    'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT') as $name) {
    define($name, 'only for tests ' . $name);
}
define('WP_ENVIRONMENT_TYPE', 'local'); // allows application passwords on plain http
define('WP_HOME', (empty($_SERVER['HTTPS']) ? 'http://' : 'https://') . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false);
if (!empty($_SERVER['POSTO_MEMORY_LIMIT'])) {
    ini_set('memory_limit', $_SERVER['POSTO_MEMORY_LIMIT']); // as php.ini would; WordPress makes 40M of less
}
if (!empty($_SERVER['POSTO_MEMORY_MENDED'])) {
    require __DIR__ . '/wp-content/mu-plugins/mended/memory.php'; // the line that the app advises
}
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
