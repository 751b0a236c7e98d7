"""Detectors, a module each."""
