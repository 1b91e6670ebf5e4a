"""Sign-in to networks for accounts of this computer."""
