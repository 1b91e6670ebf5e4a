"""Import dialog: a file becomes messages, in the steps file, check and times."""
