"""What category a person is of, by which an agreement's own clauses exclude (G8)."""
