"""For any WSGI server: `wsgi:app`. `python3 quickstart.py serve` needs no other server."""

from quiz.web import create_app

app = create_app()
