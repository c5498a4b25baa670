"""Deaths and serious incidents: reported, before each office that they have to reach (G18)."""
