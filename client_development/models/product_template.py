from odoo import models


class ProductTemplate(models.Model):
    """Facts count a product in the category that it has today."""

    _inherit = "product.template"

    def write(self, vals):
        """Whoever bought the product is counted anew."""
        changes = "categ_id" in vals and any(
            product.categ_id.id != vals["categ_id"] for product in self
        )
        result = super().write(vals)
        if changes or "type" in vals:
            self.env["client.fact.queue"]._add_all()
        return result
