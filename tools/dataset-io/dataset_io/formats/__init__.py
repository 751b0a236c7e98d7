"""One module a foreign format: a pure generator from its files to rows."""
