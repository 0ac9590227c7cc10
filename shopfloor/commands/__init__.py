"""One module for each command of the command line; only the one that is asked for is loaded."""
