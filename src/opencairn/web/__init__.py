"""The roof: settings, addresses, layout, errors as pages, the command line, the demo world, a person's own data.

It imports every room and nobody imports it.
"""
