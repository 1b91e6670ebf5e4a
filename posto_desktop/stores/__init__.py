"""Stores: one owner in memory for each kind of record (drafts, templates, campaigns); no
widgets."""
