"""`python -m gateway.cli`: the command line where the console script is not on the path."""

import sys

from gateway.cli import main

sys.exit(main())
