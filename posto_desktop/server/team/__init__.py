"""People of a workspace that several use: who signs in, what they may do and see, what they did."""
