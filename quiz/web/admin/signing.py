"""Signing in and out, and another password."""

from flask import abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quiz import store
from quiz.web.admin import account
from quiz.web.admin.doings import note
from quiz.web.admin.door import blueprint, let_in, signed_in, way_back
from quiz.web.admin.forms import LoginForm, PasswordForm, SignedForm
from quiz.web.forms import Problem
from quiz.web.languages import address_of
from quiz.web.pace import LOGIN, LOGIN_OF_ALL, address, not_too_often
from quiz.web.site import site


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """The login page, and what is sent from it."""
    form = LoginForm()
    if request.method == "GET":
        return _login_page([])
    if not form.validate_on_submit():
        return _login_page(form.problems()), 422
    not_too_often(LOGIN, LOGIN_OF_ALL)
    try:
        if not account.is_admins(form.password.data or ""):
            return _login_page([Problem("password", _("That is not the password."))]), 422
        let_in()
    except store.StoreError:
        abort(503)
    site().limits.forget(address(), LOGIN)
    note("signed-in")
    return redirect(way_back(), 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session, or every one."""
    if not SignedForm().validate_on_submit():
        return redirect(address_of("admin.password"), 303)
    if request.form.get("everywhere"):
        try:
            store.admins.sign_out_everywhere()
        except store.StoreError:
            abort(503)
        note("signed-out-everywhere")
    session.clear()
    return redirect(address_of("admin.login"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Another password, and the way out."""
    form = PasswordForm()
    if request.method == "GET":
        return _password_page([])
    if account.is_set_outside():
        abort(405)
    if not form.validate_on_submit():
        return _password_page(form.problems()), 422
    not_too_often(LOGIN, LOGIN_OF_ALL)
    try:
        if not account.is_admins(form.current.data or ""):
            wrong = Problem("current", _("That is not the password you have now."))
            return _password_page([wrong]), 422
        account.change(form.fresh.data or "")
        let_in()
    except store.StoreError:
        abort(503)
    site().limits.forget(address(), LOGIN)
    note("password-changed")
    return redirect(address_of("admin.password", changed=1), 303)


def _login_page(problems: list[Problem]) -> str:
    return render_template("admin/login.html", problems=problems, returning="next" in request.args)


def _password_page(problems: list[Problem]) -> str:
    return render_template(
        "admin/password.html",
        problems=problems,
        outside=account.is_set_outside(),
        changed="changed" in request.args and not problems,
    )
