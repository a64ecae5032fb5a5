"""What the rooms are made of: one idea each."""
