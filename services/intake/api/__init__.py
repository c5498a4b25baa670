"""Intake's HTTP interface: one router a resource."""
