"""How other programs' files are written, letter by letter. Knows nothing of posts."""
