from odoo import models
from odoo.fields import Command


class ClientPlan(models.Model):
    """What playbooks leave on the plans that they were applied to."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _note_template(self, template, lines):
        """Remember the playbook, and say in the history what came from it."""
        self.write({"template_ids": [Command.link(template.id)]})
        added = lines.grouped("plan_id")
        none = lines.browse()
        self._message_log_batch(
            {
                plan.id: self.env._(
                    "Playbook “%(template)s” applied: %(count)s actions added.",
                    template=template.name,
                    count=len(added.get(plan, none)),
                )
                for plan in self
            }
        )

    def _note_reached(self, idle):
        """Say in the history which objectives have nothing to achieve any more.

        :param idle: ``{plan id: names of the objectives}``
        """
        if idle:
            self.browse(idle)._message_log_batch(
                {
                    plan_id: self.env._(
                        "Objectives that were left out, as the facts have reached them"
                        " already or there is nothing to grow from: %(names)s.",
                        names=", ".join(names),
                    )
                    for plan_id, names in idle.items()
                }
            )

    def _create_quietly(self, vals_list):
        """Create plans without a message each; their owners follow them."""
        plans = self.with_context(tracking_disable=True).create(vals_list)
        Followers = self.env["mail.followers"].sudo()
        for user, owned in plans.sudo().grouped("user_id").items():
            if user:
                Followers._insert_followers(
                    plans._name, owned.ids, user.partner_id.ids, check_existing=True
                )
        return plans.with_env(self.env)

    def _open_many(self, title):
        """Open the plans: one in its form, several in a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_plan_action"
        )
        if len(self) == 1:
            form = [(False, "form")]
            return {**action, "views": form, "res_id": self.id, "context": {}}
        views = [(view_id, mode) for view_id, mode in action["views"]]
        views.sort(key=lambda view: view[1] != "list")
        return {
            **action,
            "display_name": title,
            "name": title,
            "domain": [("id", "in", self.ids)],
            "views": views,
            "context": {},
        }

    # -- buttons -------------------------------------------------------------------

    def action_apply_playbook(self):
        """Choose a playbook and give it to the plan."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_apply_action"
            ),
            "context": {"default_plan_ids": self.ids},
        }
