"""The mirror: entries that a checkpoint of their log has proved, and how they come here."""
