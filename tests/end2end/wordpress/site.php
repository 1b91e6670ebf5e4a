<?php
/**
 * A must-use plugin: what the sites of the tests differ in. The web server sets POSTO_… for each.
 */

/** The namespace of the posting plugin, so that a client finds it, with the little the tests ask. */
if (empty($_SERVER['POSTO_NO_PLUGIN'])) {
    add_action('rest_api_init', function () {
        register_rest_route('fs-poster/v1', '/channels', array(
            'methods' => 'GET',
            'permission_callback' => fn () => current_user_can('publish_posts'),
            'callback' => fn () => array('channels' => array(array(
                'id' => 7,
                'name' => 'Test page',
                'social_network' => 'fb',
                'picture' => '',
                'channel_type' => 'ownpage',
                'channel_link' => 'https://example.test/page',
                'status' => true,
                'auto_share_on' => false,
                'method' => 'app',
                'labels' => array(),
                'custom_post_data' => array(),
            ))),
        ));
    });
}

if (!empty($_SERVER['POSTO_PLAIN_PERMALINKS'])) {
    add_filter('pre_option_permalink_structure', '__return_empty_string');
    // The rewrite rules are stored for all sites; without permalinks such a path is the front page.
    if (str_starts_with($_SERVER['REQUEST_URI'], '/wp-json')) {
        $_SERVER['REQUEST_URI'] = '/';
    }
}

if (!empty($_SERVER['POSTO_NO_APP_PASSWORDS'])) {
    add_filter('wp_is_application_passwords_available', '__return_false');
}

if (!empty($_SERVER['POSTO_NO_WEBP'])) {
    add_filter('upload_mimes', function ($mimes) {
        unset($mimes['webp']);
        return $mimes;
    });
}
