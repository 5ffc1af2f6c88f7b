"""Sets the bench up, runs it, and runs the tests. Standard library only: it works before anything is installed."""
