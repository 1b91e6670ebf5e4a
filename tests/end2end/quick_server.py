"""The real workspace server with shorter waits, so that a test of slow networks takes seconds.

$POSTO_TEST_SETTLE is the publishers' settling time, $POSTO_TEST_SILENT how long an answer may take.
"""

from __future__ import annotations

import os
import sys

from posto_desktop.server.__main__ import main
from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import Publisher

if __name__ == "__main__":
    Publisher.settle = float(os.environ["POSTO_TEST_SETTLE"])
    http.SILENT_SECONDS = float(os.environ["POSTO_TEST_SILENT"])
    sys.exit(main())
