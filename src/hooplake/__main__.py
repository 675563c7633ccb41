"""``python -m hooplake``: the command line."""

import sys

from hooplake.cli import main

if __name__ == "__main__":
    sys.exit(main())
