"""Run the command line where its script is not on the path: ``python -m lthtgn_analysis``."""

from .cli import main

main()
