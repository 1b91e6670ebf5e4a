"""What the whole app has of a kind (drafts, templates): one owner for each, and no widgets."""
