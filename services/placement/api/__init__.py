"""Placement over HTTP: one router a resource."""
