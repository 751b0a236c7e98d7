"""A tool of the tests: a verb of every kind, and some that misbehave in ways a real one might."""
