"""A leg: authorised when the doors are closed, departed by another subject, arrived (G1, G4)."""
