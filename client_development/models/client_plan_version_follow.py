from odoo import api, models

from .client_plan_version_snapshot import OBJECTIVE_CORE_FIELDS


class ClientPlanObjective(models.Model):
    """A changed objective opens the next version of a signed plan.

    Values that are counted are written past this (``_store_figure``) and open none.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    @api.model_create_multi
    def create(self, vals_list):
        objectives = super().create(vals_list)
        objectives.plan_id._follow_versions()
        return objectives

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & OBJECTIVE_CORE_FIELDS:
            self.plan_id._follow_versions()
        return result

    def unlink(self):
        plans = self.plan_id
        result = super().unlink()
        plans._follow_versions()
        return result


class ClientPlanObjectivePoint(models.Model):
    """A changed control point is a changed objective."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective.point"

    @api.model_create_multi
    def create(self, vals_list):
        points = super().create(vals_list)
        points.plan_id._follow_versions()
        return points

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"date", "value"}:
            self.plan_id._follow_versions()
        return result

    def unlink(self):
        plans = self.plan_id
        result = super().unlink()
        plans._follow_versions()
        return result
