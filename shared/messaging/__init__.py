"""From log to log: the broker and its twin, the relay that publishes, the follower that applies."""
