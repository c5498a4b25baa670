"""Who acts in the demo: offices of both states, and a court."""

US_AUTHORITY = ("USA", "central-authority", "us-authority-1")
US_AUTHORITY_2 = ("USA", "central-authority", "us-authority-2")
US_INTAKE = ("USA", "intake-agency", "us-intake-1")
US_ESCORT = ("USA", "escort", "us-escort-1")
US_TREASURY = ("USA", "treasury", "us-treasury-1")
MONITOR = ("XX", "monitor", "inspection/one")
US_COURT = ("XX", "court", "district-court-9/clerk-1")
SV_AUTHORITY = ("SLV", "central-authority", "sv-authority-1")
SV_REGISTRY = ("SLV", "facility-registry", "cecot-registry-1")
SV_TREASURY = ("SLV", "treasury", "sv-treasury-1")
