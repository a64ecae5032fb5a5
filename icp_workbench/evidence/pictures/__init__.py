"""What the pictures under the board show of one metric."""
