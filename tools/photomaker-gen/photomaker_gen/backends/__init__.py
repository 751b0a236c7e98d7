"""Ways to make a picture of a face, each loaded by its name."""
