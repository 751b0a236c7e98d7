"""The same work done by ours and by what people use today, on the same generated files."""
