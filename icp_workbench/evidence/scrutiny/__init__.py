"""What else could explain a difference, and what it hangs on."""
