"""ISEAR: accounts of situations in which people felt one of seven emotions, in two public shapes.

Source: Scherer and Wallbott 1994, Journal of Personality and Social Psychology 66(2); the
questionnaire and code book of the International Survey on Emotion Antecedents and Reactions.
"""

from dataset_io.formats.isear.reader import read_isear

__all__ = ["read_isear"]
