"""Intake over HTTP: one router a resource."""
