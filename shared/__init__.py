"""Mechanisms and the published language that every service shares; never one side's rule."""
