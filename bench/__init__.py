"""Benchmarks: ratios against something real in the same run, on the same servers."""
