"""Billing: what attested custody costs under the signed terms, and the invoices for it."""
