"""What several pages show: previews, tabs of networks, fields of options, pickers of times."""
