"""Connect, don't collect: a networking-style quiz that ends in a plan."""

__version__ = "0.1.0"
