"""The client that the provider of the protocol publishes."""
