"""Several sender processes on one PostgreSQL, and what happens to them."""
