"""The yardstick: the least that Flask does for a request."""

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Hello world."""
    return "<p>Hello, World!</p>"
