"""Messages out of a file: bytes become a table, columns get a meaning, rows are checked.

`reading.read` makes a `table.Table` of what a file or the clipboard holds; `columns.guess` says
what its columns are; `check.Checker` says of each row what is wrong with it, and
`messages.messages_of` makes messages for a campaign of those that can be used. Nothing here reads
files, sends anything or knows of Qt.
"""
