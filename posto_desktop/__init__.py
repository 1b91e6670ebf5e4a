"""Posto Desktop: write once, place it everywhere."""

__version__ = "0.1.0"
