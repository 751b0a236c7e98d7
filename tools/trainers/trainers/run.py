"""Records in, outcomes out."""
