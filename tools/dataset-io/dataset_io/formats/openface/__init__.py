"""OpenFace 2: action units measured in photographs and in the frames of videos.

Source: Baltrusaitis, Zadeh, Lim & Morency 2018, OpenFace 2.0, FG 2018; columns and forms of numbers
as the RecorderCSV of TadasBaltrusaitis/OpenFace writes them.
"""

from dataset_io.formats.openface.reader import read_openface

__all__ = ["read_openface"]
