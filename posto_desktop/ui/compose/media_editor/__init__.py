"""The window in which one picture or video of the message is cut, turned and made smaller."""
