"""How fast the quiz is, measured beside Flask hello world: `python -m bench`."""
