"""Requests to language models as files, and what comes back for them: the Batch protocol."""
