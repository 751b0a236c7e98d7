"""Shared vocabulary as pure tables: emotion labels, facial action units, blendshape layouts.

Names are looked up and converted by name. Nothing here depends on a record, a file or a library.
"""
