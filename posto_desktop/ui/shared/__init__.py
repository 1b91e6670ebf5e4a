"""Widgets that several pages share: previews, network tabs, option fields, time pickers."""
