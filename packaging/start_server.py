"""Entry point of the packaged local server."""

import sys

from posto_desktop.server.__main__ import main

sys.exit(main())
