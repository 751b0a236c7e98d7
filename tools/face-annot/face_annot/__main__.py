"""`python -m face_annot` is the command `face-annot`."""

from face_annot.cli import main

main()
