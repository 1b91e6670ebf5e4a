"""What the packaged workspace starts with."""

import sys

from posto_desktop.server.__main__ import main

sys.exit(main())
