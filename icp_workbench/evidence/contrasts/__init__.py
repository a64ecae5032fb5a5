"""Segments against each other, and where one does not hold."""
