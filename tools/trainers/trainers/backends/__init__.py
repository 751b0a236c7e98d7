"""Encoders of texts, one a module."""
