"""Exceptions as rows: which entry makes one for whom, by when, and which entry is its end.

A kind is a line or two in the family that it is of; a new family is a function more in
`rows.py::FAMILIES`, and the words of a kind stand in `api/exceptions.py`.
"""
