"""A space to be looked at: where sentences and faces lie, and which faces a sentence finds.

Shapes: n records that are shown, k dimensions of the space.
"""
