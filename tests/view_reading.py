"""What the web client asks for when it opens a view, built from the view itself."""

from lxml import etree

LIST_LIMIT = 40  # rows that the web client reads of a list inside a form


def get_specification(model, view_type="form"):
    """Return the specification of ``web_read`` for the default view of ``model``.

    Taken from the view that the model's user gets: a field that is added to the view
    is measured without anybody thinking of it.
    """
    view = model.get_views([(False, view_type)])["views"][view_type]
    return _read_node(model, etree.fromstring(view["arch"]))


def _read_node(model, node):
    """Return the specification of the fields below a node, subviews left out."""
    specification = {}
    for child in node:
        if child.tag != "field":
            specification.update(_read_node(model, child))
        elif model._fields[child.get("name")].relational:
            specification[child.get("name")] = _read_relation(model, child)
        else:
            specification[child.get("name")] = {}
    return specification


def _read_relation(model, node):
    field = model._fields[node.get("name")]
    for view_type in ("list", "kanban"):
        subview = node.find(view_type)
        if subview is not None:
            return {
                "fields": _read_node(model.env[field.comodel_name], subview),
                "limit": int(subview.get("limit", LIST_LIMIT)),
            }
    return {"fields": {"display_name": {}}}
