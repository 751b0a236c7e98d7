"""GoEmotions: comments with 28 labels, simplified or as each rater gave them.

Source: Demszky et al. 2020, GoEmotions, section 3; the repository's data folder and emotions.txt.
"""

from dataset_io.formats.goemotions.reader import read_goemotions

__all__ = ["read_goemotions"]
