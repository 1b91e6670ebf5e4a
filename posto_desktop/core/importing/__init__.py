"""Import of messages from a file: bytes become a table, columns get a meaning, rows are checked.

`table_reader.read` makes a `table.Table` of a file or the clipboard; `columns.guess` finds the
meaning of its columns; `row_check.check_rows` reports problems of each row; `messages.messages_of`
makes campaign messages of the usable rows. Nothing here reads files, sends anything or uses Qt.
"""
