from collections import defaultdict

from odoo import api, fields, models

from .client_breach import STANDARDS


class ClientBreachDigest(models.Model):
    """What one employee's clients are owed in one company: his one task.

    Never an activity per breach (design decision 7): one to-do is kept here while he
    has open breaches, says how many, and goes by itself when none is left.
    """

    _name = "client.breach.digest"
    _description = "Standards Breached"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "client_count desc, id"
    _mail_post_access = "read"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company whose clients are owed something.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Named to",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The salesperson, or the team leader for clients without one.",
    )
    client_count = fields.Integer(
        string="Clients",
        readonly=True,
        help="Clients who were owed something at the last check.",
    )
    breach_ids = fields.Many2many(
        comodel_name="client.breach",
        string="Open Breaches",
        compute="_compute_breach_ids",
        help="The standards that are not kept now, by standard, the newest first.",
    )
    breach_count = fields.Integer(
        string="Open Breaches in All",
        compute="_compute_breach_ids",
        help="Number of standards that are not kept now.",
    )
    contact_count = fields.Integer(
        string="Contact",
        compute="_compute_breach_ids",
        help="Clients not contacted in time.",
    )
    plan_count = fields.Integer(
        string="Plan",
        compute="_compute_breach_ids",
        help="Clients without the running plan that they are owed.",
    )
    review_count = fields.Integer(
        string="Review",
        compute="_compute_breach_ids",
        help="Clients whose plan was not reviewed in time.",
    )
    positions_count = fields.Integer(
        string="Positions",
        compute="_compute_breach_ids",
        help="Clients who buy fewer different products than expected.",
    )
    coverage_count = fields.Integer(
        string="Survey Coverage",
        compute="_compute_breach_ids",
        help="Clients of whose orders too few were surveyed.",
    )

    _one_per_user = models.UniqueIndex(
        "(company_id, user_id)",
        "Each employee has one list of breached standards per company.",
    )

    @api.depends("user_id", "company_id", "client_count")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_breach_ids(self):
        breaches = self.env["client.breach"].search_fetch(
            self._get_breach_domain(),
            ["standard", "responsible_id", "company_id"],
            order="standard, date_opened desc, id desc",
        )
        found = defaultdict(breaches.browse)
        for key, rows in breaches.grouped(
            lambda breach: (breach.responsible_id, breach.company_id)
        ).items():
            found[key] = rows
        for digest in self:
            mine = found[digest.user_id, digest.company_id]
            counts = {key: len(rows) for key, rows in mine.grouped("standard").items()}
            digest.breach_ids = mine
            digest.breach_count = len(mine)
            for standard, _label in STANDARDS:
                digest[f"{standard}_count"] = counts.get(standard, 0)

    @api.depends("user_id.name")
    def _compute_display_name(self):
        for digest in self.sudo():
            digest.display_name = self.env._(
                "Standards breached: %(user)s", user=digest.user_id.name
            )

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a digest: its one activity says all."""
        return True

    def _get_breach_domain(self):
        """Return the domain of the open breaches that these digests name."""
        return [
            ("responsible_id", "in", self.user_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("date_closed", "=", False),
        ]

    # -- kept by the check ------------------------------------------------------------

    @api.model
    def _update(self, company):
        """Bring the digests of ``company`` and their activities in line with its open
        breaches. As many queries for one employee as for all; none writes what is so
        already."""
        counts = self._get_counts(company)
        digests = self.search([("company_id", "=", company.id)])
        missing = [user for user in counts if user not in digests.user_id]
        digests |= self._create_digests(company, missing)
        for digest in digests:
            clients, _standards = counts.get(digest.user_id, (0, {}))
            if digest.client_count != clients:
                # Two checks that cannot see each other's activities collide here.
                digest.client_count = clients
        self._update_activities(company, digests, counts)
        self.env.flush_all()

    @api.model
    def _get_counts(self, company):
        """Return ``{employee: (clients, {standard: breaches})}`` of ``company``."""
        groups = self.env["client.breach"]._read_group(
            [
                ("company_id", "=", company.id),
                ("date_closed", "=", False),
                ("responsible_id", "!=", False),
            ],
            ["responsible_id", "standard"],
            ["fact_id:array_agg"],
        )
        clients, standards = defaultdict(set), defaultdict(dict)
        for user, standard, fact_ids in groups:
            clients[user].update(fact_ids)
            standards[user][standard] = len(fact_ids)
        return {user: (len(clients[user]), standards[user]) for user in standards}

    @api.model
    def _create_digests(self, company, users):
        quiet = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        return quiet.create(
            [{"company_id": company.id, "user_id": user.id} for user in users]
        ).with_env(self.env)

    @api.model
    def _update_activities(self, company, digests, counts):
        """Keep one activity of each employee who has open breaches, and of no other."""
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", digests.ids),
                ("automated", "=", True),
            ],
            order="id",
        )
        common = {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "automated": True,
            "date_deadline": company._client_today(),
            "res_model_id": self.env["ir.model"]._get_id(self._name),
        }
        kept, superfluous, new = {}, activities.browse(), []
        for activity in activities:
            digest = self.browse(activity.res_id)
            if digest in kept or digest.user_id not in counts:
                superfluous |= activity
            else:
                kept[digest] = activity
        superfluous.unlink()
        for digest in digests.filtered(lambda digest: digest.user_id in counts):
            summary = digest._get_summary(*counts[digest.user_id])
            if digest not in kept:
                new.append(
                    {
                        **common,
                        "res_id": digest.id,
                        "summary": summary,
                        "user_id": digest.user_id.id,
                    }
                )
            elif kept[digest].summary != summary:
                kept[digest].summary = summary
        # One notice less per employee: the activity itself tells him.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            new
        )

    def _get_summary(self, clients, standards):
        """Return the task in the language of who has it."""
        digest = self.with_context(lang=self.user_id.lang)
        labels = digest.env["client.breach"]._fields["standard"]
        parts = [
            f"{label} {standards[standard]}"
            for standard, label in labels._description_selection(digest.env)
            if standard in standards
        ]
        return digest.env._(
            "Clients owed something: %(count)s (%(parts)s)",
            count=clients,
            parts=", ".join(parts),
        )

    # -- actions ----------------------------------------------------------------------

    def action_check(self):
        """Check this employee's clients at once: what is mended disappears."""
        self.ensure_one()
        self.check_access("read")
        breaches = self.env["client.breach"].sudo().search(self._get_breach_domain())
        facts = breaches.fact_id | self.env["client.fact"].sudo().search(
            [("user_id", "=", self.user_id.id), ("company_id", "=", self.company_id.id)]
        )
        return facts._check_standards_now()

    def action_view_breaches(self):
        """Open the breaches of this digest: those that the button counts, or all of
        them grouped by standard."""
        self.ensure_one()
        action = self.env["client.breach"]._get_open_action(self._get_breach_domain())
        standard = self.env.context.get("client_standard")
        chosen = standard if standard in dict(STANDARDS) else "group_standard"
        return {**action, "context": {f"search_default_{chosen}": 1}}
