"""Small reusable widgets, painted from the theme."""
