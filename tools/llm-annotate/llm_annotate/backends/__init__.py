"""What finds emotions in a text, one module each."""
