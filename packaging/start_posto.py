"""Entry point of the packaged command line."""

import sys
import warnings

if sys.argv[1:] == ["--decode"]:  # a helper of its own, as posto_desktop.media.picture_helpers asks
    from posto_desktop.media.picture_process import main
else:
    from posto_desktop.cli.__main__ import main

# The package leaves it out: requests needs it for texts of unknown encoding alone.
warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
sys.exit(main())
