"""Images in, the faces found in them out: boxes, eyes, how sure the detector is.

The backend `haar` is the boosted cascade of Viola and Jones; it tells no age, gender or emotion.
"""
