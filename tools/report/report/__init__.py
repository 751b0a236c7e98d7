"""A manifest and the receipts of the steps that made it in, one self-contained HTML page out.

The manifest is read once: all on the page but the cards of the gallery is counted on the way. The
page is the same bytes whenever its inputs are.
"""
