"""Records in, the same records with a verdict out; those that fail leave to a file of their own.

`quality` measures an image (size, sharpness, exposure, clipping, faces) and `threshold` judges a
number that an earlier tool stored, so that a bound can be moved without measuring again.
`duplicates` keeps the first of records that are the same or nearly so.
"""
