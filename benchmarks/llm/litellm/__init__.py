"""One interface to many providers."""
