"""A library for synthetic data that keeps answers in a cache."""
