"""Simulated books and workshops of which the truth is known: do the figures keep what they promise?

`python -m tests.simulations` runs all of them and prints JSON; `--quick` a twentieth of them; `--write FILE`
puts such a JSON into the table of docs/statistics.md.
"""
