"""The SQL behind every read of placement. Decisions never come here.

A custody, or the place that is held for one, is read by the state that sends, the one that
receives, the facility's and independent offices. Occupancy is read by the facility's state, by
every state that had a place held there or that an agreement names for it, and by independent
offices. To other parties it does not
exist, save in the locator, which any state's consulate may ask (G12).
"""
