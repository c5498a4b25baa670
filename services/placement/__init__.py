"""Placement: facilities and places, custody from handover to exit, headcounts and the locator."""
