from odoo import models
from odoo.tools import format_datetime

REPORT = "client_development.client_plan_version_report_pdf"


class ClientPlanVersion(models.Model):
    """The version on paper: from its snapshot, with the signatures.

    Made when somebody asks for it. As soon as everyone has signed it is kept, in the
    company's language, and never made anew.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.version"

    def _get_page_values(self):
        """Return what page and paper show beside the frozen plan."""
        self.ensure_one()
        words = self.sudo().signoff_ids
        return {
            **self._get_content_values(),
            "signatures": words.filtered(lambda word: word.kind == "signature"),
            "objections": words.filtered(lambda word: word.kind == "objection"),
            "format_moment": lambda moment: format_datetime(
                self.env,
                moment,
                tz=self.sudo().company_id._client_timezone().zone,
                dt_format="short",
            ),
        }

    def _get_pdf_name(self):
        self.ensure_one()
        name = self.snapshot["plan"]["name"].replace("/", "-")
        return f"{name} · {self.display_name}.pdf"

    def _is_signed(self):
        """Tell whether everyone who was asked has signed."""
        self.ensure_one()
        words = self.sudo().signoff_ids
        states = set(words.filtered(lambda w: w.kind == "signature").mapped("state"))
        return "signed" in states and states <= {"signed", "removed"}

    def _get_pdf(self):
        """Return the PDF as bytes; the final one is kept as attachment."""
        self.ensure_one()
        self.check_access("read")
        kept = self._get_kept_pdf()
        if kept:
            return kept.raw
        version = self.sudo()
        if version._is_signed():
            lang = version.company_id.partner_id.lang or self.env.lang
            version = version.with_context(lang=lang)
        reports = version.env["ir.actions.report"]
        pdf, _kind = reports._render_qweb_pdf(REPORT, version.ids)
        if version._is_signed():
            version.env["ir.attachment"].create(
                {
                    "name": version._get_pdf_name(),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        return pdf

    def _get_kept_pdf(self):
        """Return the attachment that was made when everyone had signed."""
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", False),
                ],
                order="id",
                limit=1,
            )
        )
