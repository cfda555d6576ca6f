"""The admin's session: a signed cookie under /admin, and none anywhere else."""

from datetime import timedelta
from hashlib import sha256

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from quiz.web.site import by_https

PATH = "/admin"
IDLE = timedelta(minutes=30)


class AdminSessions(SecureCookieSessionInterface):
    """A session for the admin's pages. Visitors have none, and looking for one takes time."""

    digest_method = staticmethod(sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie of a page under /admin; find none elsewhere."""
        if request.path != PATH and not request.path.startswith(f"{PATH}/"):
            return None
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep it for half an hour from now."""
        session.permanent = bool(session)
        super().save_session(app, session, response)

    def get_expiration_time(self, _app: Flask, _session: SessionMixin) -> None:
        """None for the browser: by a server's clock that is slow, it would drop it at once.

        The half hour is looked at here, when the cookie comes back.
        """

    def get_cookie_name(self, _app: Flask) -> str:
        """The name. Browsers take one with this prefix by https alone."""
        return "__Secure-quiz-admin" if by_https() else "quiz-admin"

    def get_cookie_path(self, _app: Flask) -> str:
        """Sent to the admin's pages only."""
        return PATH

    def get_cookie_domain(self, _app: Flask) -> None:
        """Sent to this very host."""

    def get_cookie_httponly(self, _app: Flask) -> bool:
        """No script can read it."""
        return True

    def get_cookie_samesite(self, _app: Flask) -> str:
        """No other site can have it sent."""
        return "Strict"

    def get_cookie_secure(self, _app: Flask) -> bool:
        """Sent by https alone where there is https."""
        return by_https()
