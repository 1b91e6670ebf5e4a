"""The Styles page: list, editor and preview of styles."""
