"""The embedded workspace: a Posto service of one's own, on this computer, in its own process."""
