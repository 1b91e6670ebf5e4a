"""Writers and readers of other programs' file formats. Imports nothing of the app."""
