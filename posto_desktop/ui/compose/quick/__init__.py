"""Quick capture: a small window over everything, with a line that says what, where and when."""
