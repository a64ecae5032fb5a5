"""What people write into the spec beside its criteria: statement, slots, plays, and what they know."""
