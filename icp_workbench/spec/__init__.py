"""What was decided, as a file."""
