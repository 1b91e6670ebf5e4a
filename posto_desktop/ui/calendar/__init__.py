"""The Calendar page: month, week, day and agenda of the schedule."""
