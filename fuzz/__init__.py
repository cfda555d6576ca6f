"""Odd inputs by the thousand for what reads strangers' words: `python -m fuzz`."""
