"""A framework for pipelines of synthetic data."""
