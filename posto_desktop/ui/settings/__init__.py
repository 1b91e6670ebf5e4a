"""The settings: their dialog and its pages."""
