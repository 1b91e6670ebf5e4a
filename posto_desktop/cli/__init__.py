"""The command line `posto`: a module for each group of commands. No Qt."""
