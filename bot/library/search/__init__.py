"""Search in people's own words: lexical, on the pack's own texts, without a model and without a network.

`fold`, `stem`, `spelling` and `language` read a text; `index`, `lifts` and `scope` judge it; others use `matcher`.
"""
