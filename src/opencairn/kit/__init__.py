"""The cellar's tool chest: errors, identifiers, dates, texts, the one door to the network.

Nothing here has a domain word, every file is under 100 lines, and at least three rooms use it.
"""
