"""Foreign datasets as manifests.

In come the files of a dataset as they are published, or a folder of images; out come records with
their source, their text or asset, and what people said about them. Every row is accounted for.
`export` writes a manifest in a format that others read.
"""
