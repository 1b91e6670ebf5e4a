"""Signing in to servers for accounts of this computer."""
