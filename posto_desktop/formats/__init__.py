"""How other programs' files are written, letter by letter. Imports nothing of the app."""
