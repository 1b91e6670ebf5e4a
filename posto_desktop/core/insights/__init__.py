"""Insights of published posts: what is counted, when it is read, and what follows from it."""
