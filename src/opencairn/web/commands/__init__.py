"""One module for each command of ``opencairn``: HELP, ``add_arguments(parser)`` and ``run(args)``."""
