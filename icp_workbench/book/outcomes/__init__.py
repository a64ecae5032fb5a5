"""What happened to the accounts, and which metrics that allows."""
