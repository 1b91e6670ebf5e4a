<?php
/**
 * A must-use plugin that stands in for FS Poster 7: the same routes, the same answers.
 *
 * FS Poster is commercial, so this is written from what is known of it: errors are HTTP 200 with
 * error_msg, wrong types are silently replaced by the default, an empty object is [], deleting by
 * filter counts only with include_all. Nothing is published: POST /posto-test/v1/send (control.php)
 * is what the site's cron would do.
 *
 * The option posto_plugin says how it behaves: version ("7.7" or "7.1"), and by the id of a channel
 * what goes wrong: at_once (composing answers with an error for it), left_out (it gets no row, and
 * composing says this, if anything), at_sending (the row fails when it is sent). Without names_group
 * an error stands alone in the answer.
 */

if (!empty($_SERVER['POSTO_NO_PLUGIN'])) {
    return;
}

final class FsPosterStandIn {
    const SPACE = 'fs-poster/v1';
    const STATUSES = array('not_sent', 'sending', 'success', 'error', 'draft', 'trash');
    const CHANNELS = array(
        7 => array('Test page', 'fb', 'ownpage', 'app'),
        8 => array('Test channel', 'telegram', 'channel', 'bot'),
        9 => array('Test account', 'mastodon', 'account', 'app'),
    );

    static function table() {
        return $GLOBALS['wpdb']->prefix . 'posto_schedules';
    }

    static function make_table() {
        $GLOBALS['wpdb']->query('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            id BIGINT AUTO_INCREMENT PRIMARY KEY,
            group_id VARCHAR(40) NOT NULL,
            wp_post_id BIGINT NOT NULL,
            channel_id BIGINT NOT NULL,
            status VARCHAR(20) NOT NULL,
            error_msg TEXT NOT NULL,
            send_time BIGINT NOT NULL,
            remote_post_id VARCHAR(190) NOT NULL,
            remote_post_link VARCHAR(190) NOT NULL,
            customization LONGTEXT NOT NULL
        ) CHARACTER SET utf8mb4');
    }

    static function option($name, $default = null) {
        return get_option('posto_plugin', array())[$name] ?? $default;
    }

    static function register() {
        $routes = array(
            array('GET', '/channels', 'channels'),
            array('GET', '/channels/settings', 'channel_settings'),
            array('POST', '/channels/settings', 'save_channel_settings'),
            array('POST', '/channels/refresh', 'refresh_channel'),
            array('GET', '/social-networks/(?P<slug>[a-z_]+)/settings', 'network_settings'),
            array('POST', '/social-networks/(?P<slug>[a-z_]+)/settings', 'save_network_settings'),
            array('POST', '/composer', 'compose'),
            array('GET', '/schedules', 'schedules'),
            array('DELETE', '/schedules', 'delete'),
            array('POST', '/schedules/retry', 'retry'),
            array('GET', '/schedules/insights', 'insights'),
        );
        if (self::option('version', '7.7') !== '7.1') {
            $routes[] = array('POST', '/composer/reschedule', 'reschedule');
            $routes[] = array('GET', '/schedules/calendar', 'calendar');
            $routes[] = array('GET', '/planners', 'planners');
            $routes[] = array('POST', '/planners/change-status', 'change_planners');
            $routes[] = array('POST', '/planners/posts/get', 'planner_posts');
            $routes[] = array('GET', '/settings/auto-share', 'auto_share');
        }
        foreach ($routes as list($method, $route, $callback)) {
            register_rest_route(self::SPACE, $route, array(
                'methods' => $method,
                // The plugin asks for no more than this.
                'permission_callback' => fn () => current_user_can('read'),
                'callback' => array(self::class, $callback),
            ));
        }
    }

    // --- what the site sends by itself: the option planners has id => title, status, next_at,
    // interval (Unix seconds), channels

    static function planner_rows() {
        return self::option('planners', array());
    }

    static function planners($request) {
        $page = max(1, (int) ($request['page'] ?? 1));
        $rows = array();
        foreach (array_reverse(self::planner_rows(), true) as $id => $planner) {
            $rows[] = array(
                'id' => $id,
                'title' => $planner['title'],
                'next_execute_at' => $planner['next_at'],
                'channels' => array_map(
                    fn ($channel) => array_intersect_key(
                        self::channel($channel),
                        array('id' => 0, 'name' => 0, 'social_network' => 0)
                    ),
                    $planner['channels']
                ),
                'customization_data' => array(),
                'status' => $planner['status'],
                'share_type' => 'interval',
                'repeating' => false,
            );
        }
        return array('planners' => array_slice($rows, ($page - 1) * 10, 10), 'total' => count($rows));
    }

    static function change_planners($request) {
        $planners = self::planner_rows();
        $changes = array();
        foreach ($request['planners'] ?: array() as $wanted) {
            if (!in_array($wanted['status'], array('paused', 'active'), true)) {
                return self::error('Invalid status provided');
            }
            if (!isset($planners[$wanted['id']])) {
                return self::error('Planner is not available');
            }
            if ($planners[$wanted['id']]['status'] === 'finished') {
                return self::error('Planner has already finished');
            }
            $planners[$wanted['id']]['status'] = $wanted['status'];
            if ($wanted['status'] === 'active') {
                $changes[] = array('id' => $wanted['id'], 'next_execute_at' => gmdate('Y-m-d H:i:s'));
            }
        }
        update_option('posto_plugin', array('planners' => $planners) + get_option('posto_plugin', array()));
        return array('changes' => $changes);
    }

    static function calendar($request) {
        $entries = array();
        $posts = get_posts(array('post_type' => 'post', 'posts_per_page' => 20));
        foreach (self::planner_rows() as $id => $planner) {
            if ($planner['status'] !== 'active') {
                continue;
            }
            $moment = $planner['next_at'];
            foreach ($posts as $post) {
                if ($moment > (int) $request['end']) {
                    break;
                }
                $entries[] = array(
                    'schedule_group_id' => wp_generate_uuid4(),
                    'wp_post_id' => $post->ID,
                    'posting_data' => array(
                        'content' => 'This post scheduled by planner. Planner name: ' . $planner['title'],
                        'mediaList' => array(),
                    ),
                    // Rows of its database, as they are stored.
                    'channels' => array_map(
                        fn ($channel) => array('id' => (string) $channel, 'proxy' => 'http://u:secret@p:1'),
                        $planner['channels']
                    ),
                    'status' => 'not_sent',
                    'send_time' => $moment,
                    'planner_id' => $id,
                );
                $moment += $planner['interval'];
            }
        }
        return array('schedules' => $entries);
    }

    static function planner_posts($request) {
        $posts = get_posts(array('post_type' => $request['post_type'], 's' => $request['search'] ?? ''));
        return array('posts' => array_map(
            fn ($post) => array('id' => $post->ID, 'title' => $post->post_title, 'link' => $post->guid),
            $posts
        ));
    }

    static function auto_share() {
        // Only who manages the site sees its settings; others get an empty object.
        return current_user_can('manage_options') ? array(
            'auto_share' => true,
            'multiple_newlines_to_single' => false,
            'use_url_shortener' => true,
            'shortener_service' => 'bitly',
            'url_short_access_token_bitly' => 'secret',
        ) : array();
    }

    static function error($message) {
        return array('error_msg' => $message);
    }

    // --- channels

    static function channel($id) {
        list($name, $network, $type, $method) = self::CHANNELS[$id];
        return array(
            'id' => $id,
            'name' => $name,
            'social_network' => $network,
            'picture' => '',
            'channel_type' => $type,
            'channel_link' => "https://example.test/$network",
            'status' => !in_array($id, self::option('expired', array()), true),
            'auto_share_on' => false,
            'method' => $method,
            'labels' => array(),
            'custom_post_data' => get_option("posto_channel_$id", array())['custom_post_data'] ?? array(),
            'proxy' => get_option("posto_channel_$id", array())['proxy'] ?? '',
            'session_data' => array('cookie' => 'of the network'),
        );
    }

    static function channels() {
        return array('channels' => array_map(array(self::class, 'channel'), array_keys(self::CHANNELS)));
    }

    static function channel_settings($request) {
        $id = (int) $request['id'];
        return isset(self::CHANNELS[$id]) ? get_option("posto_channel_$id", array()) : self::error('Channel not found');
    }

    static function save_channel_settings($request) {
        $given = $request->get_json_params() ?: array();
        $id = (int) ($given['id'] ?? 0);
        if (!isset(self::CHANNELS[$id])) {
            return self::error('Channel not found');
        }
        unset($given['id']);
        update_option("posto_channel_$id", $given); // the whole set
        return array();
    }

    static function refresh_channel($request) {
        $id = (int) ($request->get_json_params()['id'] ?? 0);
        return isset(self::CHANNELS[$id]) ? array('channel' => self::channel($id)) : self::error('Channel not found');
    }

    // --- settings of networks

    static function network_defaults($slug) {
        $defaults = array(
            'post_text' => '{post_title}',
            'cut_post_text' => true,
            'attach_link' => true,
            'upload_media' => false,
            'media_type_to_upload' => 'featured_image',
            'share_to_first_comment' => false,
            'first_comment_text' => '',
        );
        if ($slug === 'fb') {
            $defaults += array('post_attach_link' => true, 'post_upload_media' => false);
            unset($defaults['attach_link'], $defaults['upload_media']);
        } elseif ($slug === 'telegram') {
            $defaults += array('post_content' => '{post_title}', 'cut_post_content' => true);
            unset($defaults['post_text'], $defaults['cut_post_text']);
        }
        return $defaults;
    }

    static function network_settings($request) {
        $defaults = self::network_defaults($request['slug']);
        return array_intersect_key(get_option("posto_network_{$request['slug']}", array()), $defaults) + $defaults;
    }

    static function save_network_settings($request) {
        update_option("posto_network_{$request['slug']}", $request->get_json_params() ?: array());
        return array();
    }

    // --- posts

    static function compose($request) {
        $given = $request->get_json_params() ?: array();
        $schedules = is_array($given['schedules'] ?? null) ? $given['schedules'] : array();
        $share_at = is_int($given['share_at'] ?? null) ? $given['share_at'] : null;
        if (!$schedules) {
            return self::error('Please select at least one channel');
        }
        $ids = array_map(fn ($one) => is_int($one['channel_id'] ?? null) ? $one['channel_id'] : 0, $schedules);
        foreach ($ids as $id) {
            if (!isset(self::CHANNELS[$id])) {
                return self::error('Channel not found');
            }
        }
        if (count(array_unique($ids)) !== count($ids)) {
            return self::error('You don\'t have access to some of the channels');
        }
        $group = is_string($given['schedule_group_id'] ?? null) ? $given['schedule_group_id'] : '';
        if ($group !== '') { // an edit: not atomic, the rows are made anew
            $rows = self::rows_where('group_id = %s', array($group));
            $open = array_filter($rows, fn ($row) => in_array($row->status, array('draft', 'not_sent'), true));
            if (!$rows || count($open) !== count($rows)) {
                return self::error('Schedule group not found');
            }
            $GLOBALS['wpdb']->delete(self::table(), array('group_id' => $group));
            $post = (int) $rows[0]->wp_post_id;
        } else {
            $group = wp_generate_uuid4();
            $post = wp_insert_post(array('post_title' => '[Hidden post generated by FS Poster]', 'post_type' => 'fsp_post'));
        }
        $failing = self::option('at_once', array());
        $left_out = self::option('left_out', array());
        $said = array();
        foreach ($schedules as $one) {
            $id = $one['channel_id'];
            if (isset($left_out[$id])) {
                $said[] = $left_out[$id];
                continue;
            }
            $failed = $failing[$id] ?? '';
            if ($failed !== '') {
                $said[] = $failed;
            }
            $GLOBALS['wpdb']->insert(self::table(), array(
                'group_id' => $group,
                'wp_post_id' => $post,
                'channel_id' => $id,
                'status' => $failed === '' ? 'not_sent' : 'error',
                'error_msg' => $failed,
                'send_time' => $share_at ?? time(),
                'remote_post_id' => '',
                'remote_post_link' => '',
                'customization' => wp_json_encode(is_array($one['custom_post_data'] ?? null) ? $one['custom_post_data'] : array()),
            ));
        }
        $said = array_filter($said, fn ($one) => $one !== '');
        $answer = $said && !self::option('names_group', true) ? array() : array('schedule_group_id' => $group);
        return $said ? $answer + self::error(implode('<br>', $said)) : $answer;
    }

    static function reschedule($request) {
        $given = $request->get_json_params() ?: array();
        $rows = self::rows_where('group_id = %s', array((string) ($given['schedule_group_id'] ?? '')));
        if (!$rows) {
            return self::error('Schedule group not found');
        }
        foreach ($rows as $row) {
            if (!in_array($row->status, array('draft', 'not_sent'), true)) {
                return self::error('The schedule group has been sent already');
            }
        }
        $time = is_int($given['share_at'] ?? null) ? $given['share_at'] : time();
        $GLOBALS['wpdb']->update(self::table(), array('send_time' => $time), array('group_id' => $rows[0]->group_id));
        return array();
    }

    // --- the list

    static function rows_where($condition, $values) {
        global $wpdb;
        $query = 'SELECT * FROM ' . self::table() . " WHERE $condition ORDER BY send_time DESC, id DESC";
        return $wpdb->get_results($values ? $wpdb->prepare($query, $values) : $query);
    }

    static function in($column, $values, &$bound) {
        array_push($bound, ...$values);
        return "$column IN (" . implode(', ', array_fill(0, count($values), is_int($values[0]) ? '%d' : '%s')) . ')';
    }

    /** Only arrays count as filters of many, and names that nobody knows are dropped. */
    static function schedules($request) {
        $old = self::option('version', '7.7') === '7.1';
        $condition = $old ? "status <> 'sending'" : '1 = 1';
        $bound = array();
        $statuses = is_array($request['statuses']) ? array_intersect($request['statuses'], array_diff(self::STATUSES, array('sending'))) : array();
        if ($statuses) {
            $condition .= ' AND ' . self::in('status', array_values($statuses), $bound);
        }
        $networks = is_array($request['social_networks']) ? $request['social_networks'] : array();
        $ids = array_keys(array_filter(self::CHANNELS, fn ($one) => in_array($one[1], $networks, true)));
        if ($networks) {
            $condition .= ' AND ' . ($ids ? self::in('channel_id', $ids, $bound) : '1 = 0');
        }
        foreach (array('schedule_id' => 'id', 'wp_post_id' => 'wp_post_id') as $asked => $column) {
            if ((int) $request[$asked] > 0) {
                $condition .= " AND $column = %d";
                $bound[] = (int) $request[$asked];
            }
        }
        if (is_string($request['schedule_group_id']) && $request['schedule_group_id'] !== '') {
            $condition .= ' AND group_id = %s';
            $bound[] = $request['schedule_group_id'];
        }
        $rows = self::rows_where($condition, $bound);
        $count = (int) $request['rows_count'];
        $count = $count >= 10 && $count <= ($old ? 50 : 100) ? $count : 10;
        $page = max(1, (int) $request['page']);
        $shown = array_slice($rows, ($page - 1) * $count, $count);
        return array('schedules' => array_map(array(self::class, 'row'), $shown), 'total' => count($rows));
    }

    static function row($row) {
        $data = json_decode($row->customization, true);
        $media = array();
        foreach (is_array($data['media_list_to_upload'] ?? null) ? $data['media_list_to_upload'] : array() as $id) {
            $video = str_starts_with((string) get_post_mime_type($id), 'video/');
            $media[] = array('id' => $id, 'type' => $video ? 'video' : 'image', 'url' => (string) wp_get_attachment_url($id));
        }
        $channel = self::channel((int) $row->channel_id);
        return array(
            'id' => (int) $row->id,
            'group_id' => $row->group_id,
            'wp_post' => array('id' => (int) $row->wp_post_id, 'title' => '[Hidden post generated by FS Poster]'),
            'channel' => array_intersect_key($channel, array_flip(array('id', 'name', 'social_network', 'picture', 'channel_link', 'channel_type', 'status'))),
            'status' => $row->status,
            'error_msg' => $row->error_msg,
            'send_time' => (int) $row->send_time,
            'remote_post_id' => $row->remote_post_id,
            'remote_post_link' => $row->remote_post_link,
            'customization_data' => $data,
            'posting_data' => array('content' => $data['post_content'] ?? '', 'mediaList' => $media),
            'data' => array(),
        );
    }

    static function ids($given) {
        return array_values(array_filter(is_array($given) ? $given : array(), 'is_numeric'));
    }

    /** One row that has not failed has the whole call refused. */
    static function retry($request) {
        $given = $request->get_json_params() ?: $request->get_body_params();
        $ids = array_map('intval', self::ids($given['ids'] ?? $given['log_ids'] ?? null));
        $bound = array();
        $rows = $ids ? self::rows_where(self::in('id', $ids, $bound), $bound) : array();
        if (!$rows || count($rows) !== count(array_unique($ids))) {
            return self::error('Schedule not found');
        }
        foreach ($rows as $row) {
            if ($row->status !== 'error') {
                return self::error('Only failed schedules can be retried');
            }
        }
        foreach ($rows as $row) {
            $GLOBALS['wpdb']->update(
                self::table(),
                array('status' => 'not_sent', 'error_msg' => '', 'send_time' => time()),
                array('id' => $row->id)
            );
        }
        return array();
    }

    /** Filters count only with include_all; rows that are being sent stay. */
    static function delete($request) {
        $given = $request->get_json_params() ?: array();
        $condition = "status <> 'sending'";
        $bound = array();
        $included = array_map('intval', self::ids($given['include_ids'] ?? null));
        $excluded = array_map('intval', self::ids($given['exclude_ids'] ?? null));
        if (($given['include_all'] ?? false) === true) {
            $filters = is_array($given['filters'] ?? null) ? $given['filters'] : array();
            $statuses = self::strings($filters['statuses'] ?? null);
            $networks = self::strings($filters['social_networks'] ?? null);
            $of = array_keys(array_filter(self::CHANNELS, fn ($one) => in_array($one[1], $networks, true)));
            if ($statuses) {
                $condition .= ' AND ' . self::in('status', $statuses, $bound);
            }
            if ($networks) {
                $condition .= ' AND ' . ($of ? self::in('channel_id', $of, $bound) : '1 = 0');
            }
            if ($excluded) {
                $condition .= ' AND NOT ' . self::in('id', $excluded, $bound);
            }
        } elseif ($included) {
            $condition .= ' AND ' . self::in('id', $included, $bound);
        } else {
            return array();
        }
        foreach (self::rows_where($condition, $bound) as $row) {
            $GLOBALS['wpdb']->delete(self::table(), array('id' => $row->id));
        }
        return array();
    }

    static function strings($given) {
        return array_values(array_filter(is_array($given) ? $given : array(), 'is_string'));
    }

    static function insights($request) {
        $rows = self::rows_where('id = %d', array((int) $request['id']));
        return array('insights' => $rows ? array(array('label' => 'Hits', 'value' => 0)) : array());
    }

    /** What the site's cron does with rows whose time has come. */
    static function send() {
        foreach (self::rows_where("status = 'not_sent' AND send_time <= %d", array(time())) as $row) {
            $failed = self::option('at_sending', array())[$row->channel_id] ?? '';
            $done = $failed === ''
                ? array('status' => 'success', 'remote_post_id' => "r{$row->id}", 'remote_post_link' => "https://example.test/r{$row->id}")
                : array('status' => 'error', 'error_msg' => $failed);
            $GLOBALS['wpdb']->update(self::table(), $done + array('send_time' => time()), array('id' => $row->id));
        }
    }
}

add_action('rest_api_init', array('FsPosterStandIn', 'register'));
