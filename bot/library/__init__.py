"""Reads content packs from files: the model, loading and its errors, the matcher."""
