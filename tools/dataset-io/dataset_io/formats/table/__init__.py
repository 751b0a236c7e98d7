"""Any table: a map, written by its owner, says what its columns hold."""
