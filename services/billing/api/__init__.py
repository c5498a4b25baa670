"""Billing over HTTP, one router a resource."""
