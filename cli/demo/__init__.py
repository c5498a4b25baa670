"""The main job on the shape of the real record, from a proposed transfer to a replayed invoice."""
