"""OpenCairn: one micro-credential, from its description to its verification, along a path of rooms."""

__version__ = "0.1.0"
