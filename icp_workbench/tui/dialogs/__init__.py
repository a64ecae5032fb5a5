"""Questions asked over a room; each closes by escape."""
