"""Whom to believe about a visitor's address, scheme and host: as many proxies as are set."""

from werkzeug.middleware.proxy_fix import ProxyFix

from quiz.web.hosts import Wsgi
from quiz.web.settings import Settings


def believing(app: Wsgi, settings: Settings) -> Wsgi:
    """The app behind its proxies; without any, what a request claims of itself changes nothing.

    A site that knows its own address needs nobody to tell it the host.
    """
    hops = settings.trusted_proxies
    if not hops:
        return app
    known = settings.public_url is not None
    fixed: Wsgi = ProxyFix(app, x_for=hops, x_proto=hops, x_host=0 if known else hops)
    return fixed
