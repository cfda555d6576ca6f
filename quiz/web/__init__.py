"""The web application: one factory, and one file for each door."""

from urllib.parse import urlsplit

from flask import Flask

from quiz import library, store
from quiz.web import (
    accent,
    admin,
    assets,
    audience,
    bloggers,
    early,
    embed,
    errors,
    fragments,
    headers,
    hosts,
    languages,
    leaving,
    machines,
    observing,
    oembed,
    prose,
    proxies,
    queries,
    quiet_logs,
    simulated,
    visit,
)
from quiz.web import result as _result  # noqa: F401 - adds its views to the visitor's door
from quiz.web import styles as _styles  # noqa: F401 - likewise
from quiz.web.places import templates_folder
from quiz.web.settings import Settings
from quiz.web.site import Site
from quiz.web.site_flask import SiteFlask


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (default: from the environment, made ready to use).

    Raises SettingError, ContentError or StoreError with a sentence that says what to mend.
    """
    settings = settings or Settings.from_environment().prepare()
    if settings.json_logs:
        quiet_logs.write_json()
    app = SiteFlask("quiz", static_folder=None, template_folder=str(templates_folder()))
    app.config.update(
        SECRET_KEY=settings.secret_key,
    )
    app.jinja_environment = fragments.PieceEnvironment
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    site = app.extensions["quiz.site"] = Site(settings, library.load(settings.content_dir))
    store.init_app(
        app,
        settings.database_url,
        read_url=settings.read_database_url,
        outbox=settings.outbox_dir,
    )
    simulated.init_app(app, settings.demo)
    languages.init_app(app, settings.translations_dir)
    fragments.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    leaving.init_app(app)
    admin.init_app(app)
    app.jinja_env.globals.update(
        accent_sheet=accent.address_of_sheet, oembed_address=oembed.address_for
    )
    app.add_template_filter(prose.markdown)
    app.register_blueprint(visit.blueprint)
    app.register_blueprint(visit.blueprint, name=languages.EMBED, url_prefix="/embed")
    app.register_blueprint(accent.blueprint)
    app.register_blueprint(audience.blueprint)
    app.register_blueprint(bloggers.blueprint)
    app.register_blueprint(embed.blueprint)
    app.register_blueprint(oembed.blueprint)
    app.register_blueprint(machines.blueprint)
    named = urlsplit(settings.public_url).netloc if settings.public_url else None
    answering = early.answering(app, headers.protecting(app.wsgi_app))
    checked = proxies.believing(hosts.only_real(queries.readable(answering), named), settings)
    observed = observing.observing(checked, settings, site.metrics)
    app.wsgi_app = observed  # type: ignore[assignment, method-assign]
    return app
