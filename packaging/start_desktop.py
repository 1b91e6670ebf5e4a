"""Entry point of the packaged app."""

import io
import sys

from posto_desktop.__main__ import main

for name in ("stdout", "stderr"):
    if getattr(sys, name) is None:  # on Windows a program with windows has neither
        setattr(sys, name, io.StringIO())

sys.exit(main())
