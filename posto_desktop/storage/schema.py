"""Schema of posto.db as numbered migrations. Never change a released one.

Times are Unix seconds (REAL, UTC). Bodies are JSON in ASCII: a file name that is not valid UTF-8
becomes an escape there, while SQLite would refuse the text itself.
"""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE drafts (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            body TEXT NOT NULL,
            updated_at REAL NOT NULL,
            state TEXT NOT NULL DEFAULT 'open'
        )""",
        """CREATE TABLE outbox (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            posto_ref TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            body TEXT NOT NULL,
            share_at REAL,
            reason TEXT NOT NULL DEFAULT '',
            code TEXT NOT NULL DEFAULT '',
            group_id TEXT NOT NULL DEFAULT '',
            attempts INTEGER NOT NULL DEFAULT 0,
            handovers INTEGER NOT NULL DEFAULT 0,
            looks INTEGER NOT NULL DEFAULT 0,
            handed_at REAL,
            handed_share REAL,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            next_try REAL
        )""",
        "CREATE INDEX outbox_by_state ON outbox (state, created_at)",
        """CREATE TABLE outbox_steps (
            id INTEGER PRIMARY KEY,
            entry_id TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
            at REAL NOT NULL,
            what TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT ''
        )""",
        "CREATE INDEX outbox_steps_by_entry ON outbox_steps (entry_id, id)",
        """CREATE TABLE uploads (
            workspace TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            alt TEXT NOT NULL,
            media_id INTEGER NOT NULL,
            url TEXT NOT NULL,
            at REAL NOT NULL,
            PRIMARY KEY (workspace, sha256, alt)
        )""",
        """CREATE TABLE schedule_cache (
            workspace TEXT NOT NULL,
            id INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (workspace, id)
        ) WITHOUT ROWID""",
        """CREATE TABLE cache (
            workspace TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            as_of REAL NOT NULL,
            PRIMARY KEY (workspace, kind)
        )""",
        """CREATE TABLE notices (
            id INTEGER PRIMARY KEY,
            at REAL NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT '',
            seen INTEGER NOT NULL DEFAULT 0
        )""",
    ),
    (
        # Open drafts. A draft without content has a tab but no row in `drafts`, so this is no
        # foreign key. drafts.state 'template' is new.
        """CREATE TABLE draft_tabs (
            draft_id TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            active INTEGER NOT NULL DEFAULT 0
        )""",
    ),
    (
        # Posts being moved to another time, and their progress. See `delivery.reschedule`.
        """CREATE TABLE moves (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            state TEXT NOT NULL,
            body TEXT NOT NULL,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL
        )""",
        "CREATE INDEX moves_by_state ON moves (state, created_at)",
        """CREATE TABLE move_steps (
            id INTEGER PRIMARY KEY,
            move_id TEXT NOT NULL REFERENCES moves (id) ON DELETE CASCADE,
            at REAL NOT NULL,
            what TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT ''
        )""",
        "CREATE INDEX move_steps_by_move ON move_steps (move_id, id)",
    ),
    (
        # Time of a scheduled row in Unix seconds: rows near now are read first.
        "ALTER TABLE schedule_cache ADD COLUMN at REAL",
        """UPDATE schedule_cache SET at = CAST(json_extract(body, '$.send_at') AS REAL)
            WHERE json_valid(body) AND json_type(body, '$.send_at') IN ('integer', 'real')""",
        "CREATE INDEX schedule_cache_by_time ON schedule_cache (workspace, at, id)",
    ),
    (
        # Messages with a rhythm (core.campaign). The body lists the ids of its messages, so that
        # editing one of thousands writes only that one.
        """CREATE TABLE campaigns (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            body TEXT NOT NULL,
            updated_at REAL NOT NULL,
            deleted INTEGER NOT NULL DEFAULT 0
        )""",
        """CREATE TABLE campaign_messages (
            campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (campaign_id, id)
        ) WITHOUT ROWID""",
        # Posts of started messages. 'queued' ones move into the outbox by time, a few at once, with
        # the mark and id that they have here.
        """CREATE TABLE campaign_posts (
            posto_ref TEXT PRIMARY KEY,
            entry_id TEXT NOT NULL,
            campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
            message_id TEXT NOT NULL,
            place INTEGER NOT NULL,
            share_at REAL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            updated_at REAL NOT NULL
        )""",
        "CREATE INDEX campaign_posts_by_state ON campaign_posts (state, share_at)",
        "CREATE INDEX campaign_posts_by_campaign ON campaign_posts (campaign_id, message_id)",
    ),
    (
        # 1 for a post of a stopped campaign that was being sent, or on the service: delete it, also
        # in a later run.
        "ALTER TABLE campaign_posts ADD COLUMN taking_off INTEGER NOT NULL DEFAULT 0",
    ),
    (
        # Target of a notification and its workspace; and its cause, by which later ones replace it.
        "ALTER TABLE notices ADD COLUMN leads_to TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE notices ADD COLUMN argument TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE notices ADD COLUMN workspace TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE notices ADD COLUMN about TEXT NOT NULL DEFAULT ''",
    ),
    (
        # What posts were made of, by their mark: a service stores neither styles, labels, the edits
        # of files nor the files' places. See `storage.message_rows`.
        """CREATE TABLE messages (
            posto_ref TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            body TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX messages_by_time ON messages (at)",
        """INSERT OR IGNORE INTO messages
            SELECT posto_ref, workspace, json_object('draft', json_extract(body, '$.draft')),
                COALESCE(share_at, created_at)
            FROM outbox WHERE json_valid(body) AND json_type(body, '$.draft') = 'object'""",
    ),
    (
        # What agents ask for, and what they called. See `delivery.proposals`.
        """CREATE TABLE proposals (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            digest TEXT NOT NULL UNIQUE,
            client TEXT NOT NULL DEFAULT '',
            created_at REAL NOT NULL,
            expires_at REAL NOT NULL,
            state TEXT NOT NULL DEFAULT 'asked',
            result TEXT NOT NULL DEFAULT '',
            updated_at REAL NOT NULL
        )""",
        "CREATE INDEX proposals_by_state ON proposals (state, created_at)",
        """CREATE TABLE agent_calls (
            id INTEGER PRIMARY KEY,
            at REAL NOT NULL,
            client TEXT NOT NULL DEFAULT '',
            tool TEXT NOT NULL DEFAULT '',
            summary TEXT NOT NULL DEFAULT '',
            outcome TEXT NOT NULL DEFAULT ''
        )""",
    ),
    (
        # Keys of scripts, each for one post. `digest` is that of what the script asked for. They
        # outlive their entries. See `storage.post_keys`.
        """CREATE TABLE post_keys (
            workspace TEXT NOT NULL,
            key TEXT NOT NULL,
            entry_id TEXT NOT NULL,
            digest TEXT NOT NULL,
            at REAL NOT NULL,
            PRIMARY KEY (workspace, key)
        ) WITHOUT ROWID""",
    ),
    (
        # What `posto apply` made of the files of a folder. See `storage.applied_files`.
        """CREATE TABLE applied_folders (
            id TEXT PRIMARY KEY,
            path TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE applied_files (
            folder_id TEXT NOT NULL,
            workspace TEXT NOT NULL,
            key TEXT NOT NULL,
            body TEXT NOT NULL,
            at REAL NOT NULL,
            PRIMARY KEY (folder_id, workspace, key)
        ) WITHOUT ROWID""",
    ),
    (
        # Watched folders, the files that were looked at there, and each content that became
        # something, once for ever. See `storage.watch_rows`.
        """CREATE TABLE watch_folders (
            id TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            created_at REAL NOT NULL,
            skips_existing INTEGER NOT NULL DEFAULT 0,
            deleted INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID""",
        """CREATE TABLE watch_files (
            folder_id TEXT NOT NULL,
            path TEXT NOT NULL,
            size INTEGER NOT NULL,
            mtime INTEGER NOT NULL,
            sha256 TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL,
            PRIMARY KEY (folder_id, path)
        ) WITHOUT ROWID""",
        "CREATE INDEX watch_files_by_size ON watch_files (state, size)",
        """CREATE TABLE watch_contents (
            sha256 TEXT PRIMARY KEY,
            folder_id TEXT NOT NULL,
            path TEXT NOT NULL,
            kind TEXT NOT NULL,
            target TEXT NOT NULL DEFAULT '',
            parent TEXT NOT NULL DEFAULT '',
            digest TEXT NOT NULL DEFAULT '',
            at REAL NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX watch_contents_by_path ON watch_contents (folder_id, path)",
    ),
    (
        # What keeps posts from going out that are due soon. See `storage.due_rows`.
        """CREATE TABLE due_causes (
            key TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        # Messages for reuse and their runs, one for each slot and channel. Runs of one moment share
        # the mark of a post. 'queued' ones move into the outbox as those of campaigns do; `removal`
        # is 1 for a post to delete on its service, and 2 while that is being done. See
        # `delivery.evergreen_fill`.
        """CREATE TABLE evergreen_messages (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            body TEXT NOT NULL,
            updated_at REAL NOT NULL,
            deleted INTEGER NOT NULL DEFAULT 0
        )""",
        """CREATE TABLE evergreen_fillings (
            id TEXT PRIMARY KEY,
            workspace TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'done',
            automatic INTEGER NOT NULL DEFAULT 0,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL
        )""",
        """CREATE TABLE evergreen_runs (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            message_id TEXT NOT NULL,
            channel_id INTEGER NOT NULL,
            slot REAL NOT NULL,
            share_at REAL NOT NULL,
            variant INTEGER NOT NULL,
            text_key TEXT NOT NULL,
            turn REAL NOT NULL,
            clock REAL NOT NULL,
            filling_id TEXT NOT NULL,
            posto_ref TEXT NOT NULL,
            entry_id TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            removal INTEGER NOT NULL DEFAULT 0,
            body TEXT NOT NULL,
            updated_at REAL NOT NULL
        )""",
        """CREATE UNIQUE INDEX evergreen_runs_by_slot
            ON evergreen_runs (workspace, channel_id, slot)
            WHERE state IN ('queued', 'handed', 'sent')""",
        "CREATE INDEX evergreen_runs_by_time ON evergreen_runs (workspace, share_at)",
        "CREATE INDEX evergreen_runs_by_message ON evergreen_runs"
        " (workspace, message_id, channel_id)",
        "CREATE INDEX evergreen_runs_by_state ON evergreen_runs (state, share_at)",
        "CREATE INDEX evergreen_runs_by_filling ON evergreen_runs (filling_id)",
        "CREATE INDEX evergreen_runs_by_mark ON evergreen_runs (posto_ref)",
        """CREATE TABLE evergreen_pins (
            workspace TEXT NOT NULL,
            channel_id INTEGER NOT NULL,
            slot REAL NOT NULL,
            message_id TEXT NOT NULL,
            body TEXT NOT NULL,
            created_at REAL NOT NULL,
            PRIMARY KEY (workspace, channel_id, slot)
        ) WITHOUT ROWID""",
        """CREATE TABLE evergreen_skips (
            workspace TEXT NOT NULL,
            channel_id INTEGER NOT NULL,
            slot REAL NOT NULL,
            message_id TEXT NOT NULL DEFAULT '',
            created_at REAL NOT NULL,
            PRIMARY KEY (workspace, channel_id, slot, message_id)
        ) WITHOUT ROWID""",
    ),
    (
        # Insights of published posts: a number for each name of each reading, and the posts, which
        # outlive their rows in the schedule. next_at is NULL when a post is not read any more. See
        # `delivery.insight_store`.
        """CREATE TABLE insight_posts (
            workspace TEXT NOT NULL,
            post_id INTEGER NOT NULL,
            channel_id INTEGER NOT NULL,
            channel_name TEXT NOT NULL,
            network TEXT NOT NULL,
            sent_at REAL NOT NULL,
            text TEXT NOT NULL,
            link TEXT NOT NULL,
            posto_ref TEXT NOT NULL,
            labels TEXT NOT NULL DEFAULT '[]',
            style TEXT NOT NULL DEFAULT '',
            read_at REAL,
            next_at REAL,
            is_mark INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            empties INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (workspace, post_id)
        ) WITHOUT ROWID""",
        "CREATE INDEX insight_posts_by_time ON insight_posts (workspace, sent_at)",
        "CREATE INDEX insight_posts_by_reading ON insight_posts (workspace, next_at)",
        """CREATE TABLE insights (
            workspace TEXT NOT NULL,
            post_id INTEGER NOT NULL,
            at REAL NOT NULL,
            name TEXT NOT NULL,
            number REAL NOT NULL,
            PRIMARY KEY (workspace, post_id, at, name)
        ) WITHOUT ROWID""",
    ),
)

VERSION = len(MIGRATIONS)
