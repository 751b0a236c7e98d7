"""Clients of language models side by side, against one server that answers at once."""
