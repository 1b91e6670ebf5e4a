"""Export of the schedule to files for other programs and for paper."""
