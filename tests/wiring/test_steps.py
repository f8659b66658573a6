"""The routes that are made of steps are as exact as those that are written out."""

from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tests.support.api import built_app


def made_of_steps() -> list[HTTPRouteHandler]:
    app = built_app()
    return [
        handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.fn.__qualname__.startswith("CaseRoutes.")
        if "POST" in handler.http_methods and not handler.opt.get("keyless")  # a draft is no step
    ]


def test_every_step_takes_the_body_that_it_names_and_nothing_else() -> None:
    bodies: dict[Any, Any] = {
        handler.operation_id: handler.parsed_data_field.annotation
        for handler in made_of_steps()
        if handler.parsed_data_field is not None and handler.handler_name != "add_evidence"
    }
    assert len(bodies) > 40
    loose = [name for name, body in bodies.items() if not _is_closed(body)]
    assert not loose, loose


def _is_closed(body: Any) -> bool:
    return issubclass(body, msgspec.Struct) and body.__struct_config__.forbid_unknown_fields


def test_every_step_says_in_its_types_what_it_answers() -> None:
    for handler in made_of_steps():
        (shown,) = handler.parsed_return_field.inner_types
        assert issubclass(shown.annotation, msgspec.Struct), handler.operation_id
        assert shown.annotation.__name__.endswith("View"), handler.operation_id


def test_every_step_keeps_its_own_name_and_says_what_it_is_for() -> None:
    for handler in made_of_steps():
        assert handler.handler_name != "handler", handler.operation_id
        assert handler.fn.__doc__, handler.operation_id
