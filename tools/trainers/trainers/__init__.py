"""Manifests in, trained models out, and what those say of records.

`expression-space` learns a space that sentences and faces share: where a sentence lies, a face can
be read off. It is trained with torch and used with numpy alone.
"""
