"""The Styles page."""
