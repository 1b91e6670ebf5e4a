<?php
/**
 * A must-use plugin for the tests alone: /wp-json/posto-test/v1/ tells what happened at the site,
 * sets it back, and prepares what goes wrong. Open to everybody; the site listens on loopback only.
 *
 * A fault is {"method", "route" (a piece of the address), "times", "when", "status", "headers",
 * "body", "seconds"}. It takes the next `times` requests that match, at whatever site:
 * when = "before": WordPress does nothing and `status` is the answer;
 * when = "after": the work is done, then `status` is the answer instead of the right one;
 * `seconds` is slept before the answer (before the work for "before" without a status): with a web
 * server that has less patience this is a real 504.
 */

final class PostoTestControl {
    const SPACE = 'posto-test/v1';
    static $fault = null;

    static function faults() {
        return $GLOBALS['wpdb']->prefix . 'posto_faults';
    }

    static function calls() {
        return $GLOBALS['wpdb']->prefix . 'posto_calls';
    }

    static function make_tables() {
        global $wpdb;
        $wpdb->query('CREATE TABLE IF NOT EXISTS ' . self::faults() . ' (
            id BIGINT AUTO_INCREMENT PRIMARY KEY, method VARCHAR(10), route VARCHAR(190), times INT, fault LONGTEXT
        ) CHARACTER SET utf8mb4');
        $wpdb->query('CREATE TABLE IF NOT EXISTS ' . self::calls() . ' (
            id BIGINT AUTO_INCREMENT PRIMARY KEY, method VARCHAR(10), route VARCHAR(190), body LONGTEXT, user BIGINT
        ) CHARACTER SET utf8mb4');
    }

    /** The fault that takes this request, used up by it; null without one. */
    static function take() {
        global $wpdb;
        $address = rawurldecode($_SERVER['REQUEST_URI']);
        if (str_contains($address, self::SPACE)) {
            return null;
        }
        $before = $wpdb->suppress_errors(true); // while WordPress is installed there is no table
        $rows = $wpdb->get_results($wpdb->prepare(
            'SELECT * FROM ' . self::faults() . " WHERE times > 0 AND (method = '' OR method = %s) ORDER BY id",
            $_SERVER['REQUEST_METHOD']
        ));
        $wpdb->suppress_errors($before);
        foreach ($rows ?: array() as $row) {
            if (str_contains($address, $row->route)) {
                $took = $wpdb->query($wpdb->prepare('UPDATE ' . self::faults() . ' SET times = times - 1 WHERE id = %d AND times > 0', $row->id));
                if ($took === 1) {
                    return json_decode($row->fault, true);
                }
            }
        }
        return null;
    }

    /** Runs as soon as must-use plugins are loaded: nothing has been done yet. */
    static function meet() {
        self::$fault = $fault = self::take();
        if ($fault === null || $fault['when'] !== 'before') {
            return;
        }
        ignore_user_abort(true);
        if ($fault['seconds']) {
            sleep($fault['seconds']);
        }
        if ($fault['status']) {
            self::answer($fault);
        }
    }

    static function answer($fault) {
        header_remove('Location'); // of a new upload: PHP would make a redirect of it
        // After WordPress has said "200 OK" a code alone would not be heard.
        header("HTTP/1.1 {$fault['status']} Fault", true, $fault['status']);
        header('Content-Type: text/html');
        foreach ($fault['headers'] as $name => $value) {
            header("$name: $value");
        }
        echo $fault['body'];
        exit;
    }

    /** The work is done and the answer ready. */
    static function spoil($served) {
        $fault = self::$fault;
        if ($fault !== null && $fault['when'] === 'after') {
            ignore_user_abort(true);
            if ($fault['seconds']) {
                sleep($fault['seconds']);
            }
            if ($fault['status']) {
                self::answer($fault);
            }
        }
        return $served;
    }

    static function note($result, $server, $request) {
        $route = $request->get_route();
        if (!str_starts_with($route, '/' . self::SPACE)) {
            $GLOBALS['wpdb']->insert(self::calls(), array(
                'method' => $request->get_method(),
                'route' => $route,
                'body' => str_starts_with($route, '/wp/v2/media') ? '' : $request->get_body(),
                'user' => get_current_user_id(),
            ));
        }
        return $result;
    }

    static function register() {
        foreach (array('GET state', 'POST reset', 'POST fault', 'POST plugin', 'POST send', 'POST row') as $word) {
            list($method, $name) = explode(' ', $word);
            register_rest_route(self::SPACE, "/$name", array(
                'methods' => $method,
                'permission_callback' => '__return_true',
                'callback' => array(self::class, $name),
            ));
        }
    }

    static function state() {
        global $wpdb;
        return array(
            'schedules' => array_map(array('FsPosterStandIn', 'row'), array_reverse(FsPosterStandIn::rows_where('1 = 1', array()))),
            'media' => array_map('intval', get_posts(array('post_type' => 'attachment', 'post_status' => 'any', 'numberposts' => -1, 'fields' => 'ids', 'order' => 'ASC', 'orderby' => 'ID'))),
            'calls' => array_map(
                fn ($row) => array('method' => $row->method, 'route' => $row->route, 'body' => json_decode($row->body), 'user' => (int) $row->user),
                $wpdb->get_results('SELECT * FROM ' . self::calls() . ' ORDER BY id')
            ),
        );
    }

    static function reset() {
        global $wpdb;
        foreach (array(FsPosterStandIn::table(), self::faults(), self::calls()) as $table) {
            $wpdb->query("TRUNCATE TABLE $table");
        }
        foreach (get_posts(array('post_type' => array('attachment', 'fsp_post'), 'post_status' => 'any', 'numberposts' => -1, 'fields' => 'ids')) as $id) {
            wp_delete_post($id, true);
        }
        $wpdb->query("DELETE FROM {$wpdb->options} WHERE option_name LIKE 'posto\\_%'");
        wp_cache_flush();
        return array();
    }

    static function fault($request) {
        $given = $request->get_json_params();
        $GLOBALS['wpdb']->insert(self::faults(), array(
            'method' => $given['method'],
            'route' => $given['route'],
            'times' => $given['times'],
            'fault' => wp_json_encode($given),
        ));
        return array();
    }

    static function plugin($request) {
        update_option('posto_plugin', $request->get_json_params() + get_option('posto_plugin', array()));
        return array();
    }

    static function send() {
        FsPosterStandIn::send();
        return array();
    }

    /** Changes columns of one row, as time and networks would. */
    static function row($request) {
        $given = $request->get_json_params();
        $GLOBALS['wpdb']->update(FsPosterStandIn::table(), $given['changes'], array('id' => $given['id']));
        return array();
    }
}

PostoTestControl::meet();
add_filter('rest_pre_dispatch', array('PostoTestControl', 'note'), 10, 3);
add_filter('rest_pre_serve_request', array('PostoTestControl', 'spoil'));
add_action('rest_api_init', array('PostoTestControl', 'register'));
