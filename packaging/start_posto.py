"""Entry point of the packaged command line."""

import sys

if sys.argv[1:] == ["--decode"]:  # a helper of its own, as posto_desktop.media.picture_helpers asks
    from posto_desktop.media.picture_process import main
else:
    from posto_desktop.cli.__main__ import main

sys.exit(main())
