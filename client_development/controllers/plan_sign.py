from werkzeug.exceptions import Forbidden, NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, content_disposition, request, route


class ClientPlanSign(Controller):
    """The page on which everyone named reads a frozen plan, and signs it or objects.

    For employees with and without sales rights, behind their own login: who signs is
    the user, and then the row is his (design decision 10). No link with a token.
    """

    @route(
        "/client-development/plan/<int:version_id>/sign",
        type="http",
        auth="user",
        methods=["GET", "POST"],
    )
    def sign_page(self, version_id, **post):
        word = self._get_word(version_id)
        if word is None:
            return self._refuse(version_id)
        error = None
        if request.httprequest.method == "POST":
            try:
                # what is stored by half goes back; conflicts are tried again by Odoo
                with request.env.cr.savepoint():
                    self._take(word, post)
            except UserError as refused:
                request.env.invalidate_all()
                error = str(refused)
            else:
                url = word.sudo().version_id._get_page_url()
                return request.redirect(url, code=303)
        version = word.sudo().version_id
        values = {
            **version._get_page_values(),
            "word": word,
            "error": error,
            "text": post.get("objection", "") if error else "",
            "can_sign": word.state == "waiting" and version.plan_id._is_being_signed(),
            "title": version.plan_name,
            "html_data": {"lang": (request.env.lang or "en_US").replace("_", "-")},
        }
        return request.render("client_development.client_plan_sign_page", values)

    @route(
        "/client-development/plan/<int:version_id>/pdf",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def pdf(self, version_id, **_parameters):
        version = request.env["client.plan.version"].browse(version_id)
        if not version.sudo().exists() or not request.env.user._is_internal():
            return self._refuse(version_id)
        try:
            pdf = version._get_pdf()
        except AccessError:
            return self._refuse(version_id)
        name = version.sudo()._get_pdf_name()
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", str(len(pdf))),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(pdf, headers=headers)

    def _take(self, word, post):
        """Store what the signer has answered."""
        if post.get("answer") == "object":
            word.sudo().plan_id.with_env(request.env)._object(post.get("objection"))
            return
        drawing = (post.get("drawing") or "").partition(",")[2]
        word._sign(post.get("fingerprint"), drawing)

    def _get_word(self, version_id):
        """Return the row of the current user for a version, or ``None``.

        The row in his own rights, as far as they go: nothing here is another's.
        """
        if not request.env.user._is_internal():
            return None
        domain = [
            ("version_id", "=", version_id),
            ("user_id", "=", request.env.uid),
            ("kind", "=", "signature"),
        ]
        return request.env["client.plan.signoff"].search(domain, limit=1) or None

    def _refuse(self, version_id):
        """Say in plain words why there is nothing to read."""
        version = request.env["client.plan.version"].sudo().browse(version_id)
        found = bool(version.exists())
        response = request.render(
            "client_development.client_plan_sign_refused",
            {"found": found, "title": request.env._("To Sign")},
        )
        response.status_code = Forbidden.code if found else NotFound.code
        return response
