"""`python -m macros`."""

import gc
import sys

from .cli import main

status = main()
gc.freeze()  # all goes at once: looking for garbage among the records would take a tenth of a second
sys.exit(status)
