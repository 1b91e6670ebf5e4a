"""View models: the state behind the pages, one owner for each value, without widgets."""
