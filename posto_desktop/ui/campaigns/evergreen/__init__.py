"""View of the evergreen messages inside the Campaigns page."""
