"""Small pure modules that every layer may use: no files, no network, no Qt."""
