"""The developer tools: a virtual environment apart from Odoo's."""

import os

from . import python

VENV = python.Venv("tools")


def environment(env=None):
    """Variables for programs of the tools environment."""
    env = dict(env or os.environ)
    env["PATH"] = os.pathsep.join([str(VENV.bin), env.get("PATH", os.defpath)])
    return env
