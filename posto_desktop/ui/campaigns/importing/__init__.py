"""The dialog that makes messages out of a file: file, columns and check, times."""
