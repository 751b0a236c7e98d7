"""Facial expressions for sentences, in four ways of saying them.

In: records with a text, and people's labels where there are some. Out: the section `expression`:
emotions with intensities, action units of FACS, a description in words, blendshape weights. By: a
lexicon of words whose weights were counted in labelled sentences, and the published faces of the
emotions.
"""
