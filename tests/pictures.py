"""Screens photographed at the end of a tour.

With ``CLIENT_DEVELOPMENT_PICTURES`` set to a folder (``./dev pictures`` does), each
``start_tour(…, picture=name)`` leaves ``name.png`` there: the pictures of the
documentation are those that the tests have walked to.
"""

import base64
import os
from pathlib import Path
from unittest.mock import patch

from odoo.tests import common

FOLDER = os.environ.get("CLIENT_DEVELOPMENT_PICTURES")


class PictureMixin:
    """For an ``HttpCase``: a tour, or other script, ends with a picture."""

    browser_size = "1400x900"

    def browser_js(self, *args, picture=None, **kwargs):
        if not (FOLDER and picture):
            return super().browser_js(*args, **kwargs)

        class PictureBrowser(common.ChromeBrowser):
            def stop(browser):
                answer = browser._websocket_request("Page.captureScreenshot")
                path = Path(FOLDER) / f"{picture}.png"
                path.write_bytes(base64.b64decode(answer["data"]))
                return super().stop()

        with patch.object(common, "ChromeBrowser", PictureBrowser):
            return super().browser_js(*args, **kwargs)
