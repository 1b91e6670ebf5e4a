"""`posto-server move`: brings a workspace from its folder into PostgreSQL, or back."""
