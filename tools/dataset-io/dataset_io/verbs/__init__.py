"""Verbs that the command line declares: each a function whose parameters are its options."""
