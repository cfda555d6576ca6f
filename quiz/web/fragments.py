"""Pieces of pages that depend on few values, rendered once: `{% kept card.id %}…{% endkept %}`.

A result page is put together from such pieces. What stands between the tags may depend on the
values named in the tag, on the version of the questionnaire and on the way of looking (language,
door, a blog's options), and on nothing else: no receipt, no code, no host.
"""

from collections.abc import Callable, Hashable, MutableMapping
from typing import Any

from flask import Flask, g
from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.parser import Parser

from quiz.web.embed_options import Options, options
from quiz.web.languages import chosen_language, embedded, language
from quiz.web.site import site

MOST = 2000
PIECE = "_kept_"


def init_app(app: Flask) -> None:
    """Give templates the tag and the pieces it looks in."""
    app.jinja_env.add_extension(Kept)
    app.context_processor(lambda: {"pieces": pieces()})


def begin(version: int) -> None:
    """Use the pieces of this version of the questionnaire in the rest of this request."""
    own = options() if embedded() else Options(source=options().source)
    way = (version, language(), chosen_language(), embedded(), own)
    g.pieces = site().pieces.get(way, Pieces)
    if len(g.pieces) > MOST:
        g.pieces.clear()


def pieces() -> dict[Hashable, str]:
    """The pieces for this request's way of looking."""
    if "pieces" not in g:
        begin(site().library.version)
    found: dict[Hashable, str] = g.pieces
    return found


def kept(key: Hashable, make: Callable[[], str]) -> str:
    """The piece kept under `key`, made now if it is not there."""
    found = pieces()
    piece = found.get(key)
    return found.setdefault(key, make()) if piece is None else piece


class Pieces(dict[Hashable, str]):
    """What was rendered once, by its key; nothing for what was not."""

    def __missing__(self, _key: Hashable) -> str:
        """Not rendered yet."""
        return ""


class PieceWriter(CodeGenerator):
    """Jinja's compiler, which leaves pieces as they are: they were escaped when they were made."""

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write a piece down without the call that would look whether to escape it."""
        first = node.nodes[0]
        if isinstance(first, nodes.Name) and first.name.startswith(PIECE):
            piece = frame.symbols.ref(first.name)
            self.writeline(f"{frame.buffer}.append({piece})" if frame.buffer else f"yield {piece}")
        else:
            super().visit_Output(node, frame)


class PieceEnvironment(Environment):
    """Flask's, with that compiler."""

    code_generator_class = PieceWriter

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves where a template adds none.

        Jinja's chain of two maps is walked through, name by name, at each import of a macro.
        """
        return super().make_globals(d) if d else self.globals


class Kept(Extension):
    """The tag. Its place in the templates is part of the key, so that two never meet.

    It becomes a look-up in the template's `pieces` and, for what is not there yet, a block that
    is rendered and put there. A macro can't use it, unless it is handed `pieces`.
    """

    tags = {"kept"}  # noqa: RUF012 - Jinja's own way to say it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Read the values in the tag and what stands between it and `endkept`."""
        line = next(parser.stream).lineno
        values = []
        while parser.stream.current.type != "block_end":
            values.append(parser.parse_expression())
            parser.stream.skip_if("comma")
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        key = nodes.Tuple([nodes.Const(f"{parser.name}:{line}"), *values], "load")
        piece = f"{PIECE}{line}"

        def name(context: str) -> nodes.Name:
            return nodes.Name(piece, context)

        put = nodes.Call(
            nodes.Getattr(nodes.Name("pieces", "load"), "setdefault", "load"),
            [key, name("load")],
            [],
            None,
            None,
        )
        make = [nodes.AssignBlock(name("store"), None, body), nodes.ExprStmt(put)]
        return [
            nodes.Assign(name("store"), nodes.Getitem(nodes.Name("pieces", "load"), key, "load")),
            nodes.If(nodes.Not(name("load")), make, [], []),
            nodes.Output([name("load")]),
        ]
