"""The state behind the pages, one owner for each; views show it and say what the user wants."""
