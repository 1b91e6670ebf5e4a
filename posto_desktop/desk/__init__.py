"""The wires between a page and the rest of the app, one desk a page; only `desks` knows all."""
