"""Editor for one picture or video of the message: crop, turn, output options."""
