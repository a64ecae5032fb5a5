"""Speed, measured and reported: `python -m tests.benchmarks`. Nothing here asserts a time."""
