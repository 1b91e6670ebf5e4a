"""Speed and memory, each figure beside its baseline in the same run: ``make bench``."""
