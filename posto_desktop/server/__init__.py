"""The local server: a Posto service on this computer, in its own process."""
