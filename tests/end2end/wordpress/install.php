<?php
/**
 * Installs the site in the current folder and prints its accounts as one line of JSON:
 * {"admin": {"username", "password" (an application password), "login_password"}, "subscriber": …}
 */

$_SERVER['HTTP_HOST'] = '127.0.0.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
define('WP_INSTALLING', true);

/** Takes the place of the mail to the new administrator: there is no mail here. */
function wp_new_blog_notification($title, $url, $user, $password) {
}

require getcwd() . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

$login_password = wp_generate_password(20, false);
$installed = wp_install('Posto Test Site', 'posto', 'posto@example.test', false, '', $login_password);
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'Europe/Lisbon');
switch_theme('plain');
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules(false);
FsPosterStandIn::make_table();
PostoTestControl::make_tables();

function account($user_id, $login_password) {
    $made = WP_Application_Passwords::create_new_application_password($user_id, array('name' => 'Posto Desktop'));
    return array(
        'username' => get_userdata($user_id)->user_login,
        'password' => WP_Application_Passwords::chunk_password($made[0]),
        'login_password' => $login_password,
    );
}

$subscriber_password = wp_generate_password(20, false);
$subscriber = wp_insert_user(array(
    'user_login' => 'reader',
    'user_email' => 'reader@example.test',
    'user_pass' => $subscriber_password,
    'role' => 'subscriber',
));
echo json_encode(array(
    'admin' => account($installed['user_id'], $login_password),
    'subscriber' => account($subscriber, $subscriber_password),
)), "\n";
