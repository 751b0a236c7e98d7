"""Training of expression spaces: ours beside the loop of the system it replaces."""
