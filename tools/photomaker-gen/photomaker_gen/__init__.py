"""Facial expressions in, pictures of faces out: of invented adults, or after a reference's face."""
