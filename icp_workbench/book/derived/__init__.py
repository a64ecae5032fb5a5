"""Attributes that people make from what the book holds."""
