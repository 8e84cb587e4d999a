import ast

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What decides whom a rule matches, and what decides on the primary segment.
RULE_FIELDS = {"domain", "active", "company_id"}
RANK_FIELDS = {"rank", "active", "company_id"}
# A rule that asked for these would depend on the order in which rules are applied.
SEGMENT_MODELS = {"client.segment", "client.segment.move"}
SEGMENT_FIELDS = {"segment_rank"}


class ClientSegment(models.Model):
    """Membership by rule, beside membership by hand (design decision 4).

    A rule is a literal domain on ``client.fact``. It adds the clients that it matches
    and takes away again those that it alone has added; it never removes what people
    have entered.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.segment"

    domain = fields.Char(
        string="Rule",
        help="Clients that meet these conditions get the segment by themselves and lose"
        " it when they no longer do. Clients who got the segment by hand keep it."
        " Without a condition people give the segment by hand only.",
    )
    has_rule = fields.Boolean(
        string="Filled by a Rule",
        compute="_compute_has_rule",
        inverse="_inverse_has_rule",
        help="Clients that meet conditions get the segment by themselves. Switched off:"
        " people give it by hand only, and a rule there was is removed.",
    )
    rule_error = fields.Char(
        string="Rule Problem",
        readonly=True,
        copy=False,
        help="Why the rule cannot be applied any more. Empty: it works.",
    )
    rule_client_count = fields.Integer(
        string="Clients by Rule",
        compute="_compute_member_counts",
        help="Clients that have the segment only because its rule matches them.",
    )
    hand_client_count = fields.Integer(
        string="Clients by Hand",
        compute="_compute_member_counts",
        help="Clients to whom people gave the segment. A rule never takes it away.",
    )

    @api.depends("domain")
    def _compute_has_rule(self):
        for segment in self:
            segment.has_rule = bool(segment.domain)

    def _inverse_has_rule(self):
        """Remove the rules that were switched off; a rule begins with a condition."""
        self.filtered(lambda s: s.domain and not s.has_rule).domain = False
        self.invalidate_recordset(["has_rule"])

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_member_counts(self):
        counts = dict(
            self.env["client.fact"]._read_group(
                [
                    ("segment_rule_ids", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["segment_rule_ids"],
                ["__count"],
            )
        )
        for segment in self:
            segment.rule_client_count = counts.get(segment, 0)
            segment.hand_client_count = segment.client_count - segment.rule_client_count

    # -- create and write -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Give the segment to the clients that its rule matches."""
        segments = super().create([self._clean_rule(vals) for vals in vals_list])
        if any("fact_ids" in vals for vals in vals_list):
            segments.sudo().fact_ids.sudo(False)._after_segments_changed()
        rules = segments.filtered("domain")
        rules._check_rules()
        rules._apply_rules_everywhere()
        return segments

    def write(self, vals):
        """Bring memberships and primary segments in line with the change at once."""
        before = self.sudo().fact_ids if "fact_ids" in vals else None
        result = super().write(self._clean_rule(vals))
        if vals.get("domain"):
            self._check_rules()
        if before is not None:
            touched = before | self.sudo().fact_ids
            touched.sudo(False)._after_segments_changed()
        if vals.keys() & RANK_FIELDS:
            self.env["client.fact"]._update_primary_segment(
                self.sudo().fact_ids.ids, cause="segment"
            )
        if vals.keys() & RULE_FIELDS:
            self._apply_rules_everywhere()
        return result

    @api.model
    def _clean_rule(self, vals):
        """A rule without conditions would match everybody: it is none."""
        if "domain" not in vals:
            return vals
        rule = vals["domain"]
        if rule not in (False, None) and not isinstance(rule, str):
            raise ValidationError(
                self.env._(
                    "Rule: the conditions must be given as a text, for example"
                    " “%(example)s”; this is none: %(value)s",
                    example="[('amount', '>', 1000)]",
                    value=rule,
                )
            )
        if not rule or rule.strip() in ("", "[]"):
            return {**vals, "domain": False, "rule_error": False}
        return vals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        """The history of clients names the segment: it is archived instead."""
        names = ("from_segment_id", "to_segment_id", "rule_segment_id")
        move = (
            self.env["client.segment.move"]
            .sudo()
            .search(Domain.OR(Domain(name, "in", self.ids) for name in names), limit=1)
        )
        if move:
            named = (move[name] for name in names if move[name] in self)
            raise UserError(
                self.env._(
                    "Segment: “%(segment)s” stands in the history of clients and"
                    " cannot be deleted. Archive it instead.",
                    segment=next(named).name,
                )
            )

    # -- checking a rule --------------------------------------------------------------

    def _check_rules(self):
        """A rule is searched as the user who writes it, with his rights.

        No ``@api.constrains``: those run as superuser.
        """
        for segment in self.filtered("domain"):
            reason = segment._find_rule_error(self.env["client.fact"])
            if reason:
                raise ValidationError(
                    self.env._(
                        "Rule: the rule of the segment “%(segment)s” cannot be used."
                        " %(reason)s\nAdd the conditions one by one with “New Rule”;"
                        " values are fixed, dates may be relative like the last 30"
                        " days.",
                        segment=segment.name,
                        reason=reason,
                    )
                )

    def _find_rule_error(self, facts, only=None):
        """Return why the rule cannot be searched on ``facts``; empty if it can.

        ``facts`` brings the user with whose rights the rule is searched.
        """
        self.ensure_one()
        try:
            domain = self._parse_rule()
            with self.env.cr.savepoint():
                query = facts._search(domain, limit=1)
                self.env.cr.execute(query.select(), log_exceptions=False)
        except psycopg2.OperationalError:  # another transaction's, not the rule's
            raise
        except Exception as error:  # the rule may hold anything that can be typed
            return self._get_rule_error(error)
        return ""

    def _parse_rule(self):
        """Return the rule as a domain; raise when it is more or less than that."""
        self.ensure_one()
        try:
            conditions = ast.literal_eval(self.domain.strip())
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            conditions = None
        if not isinstance(conditions, list):
            raise ValidationError(
                self.env._(
                    "It must be a list of conditions with fixed values; the current"
                    " user and calculated times are not possible."
                )
            )
        domain = Domain(conditions)
        self._check_rule_paths(self.env["client.fact"], domain)
        return domain

    def _check_rule_paths(self, model, domain):
        """Refuse conditions on segments, on whatever way they are reached."""
        for condition in domain.iter_conditions():
            reached = self._follow_rule_path(model, condition.field_expr)
            value = condition.value
            if reached is not None and isinstance(value, list | tuple | Domain):
                if condition.operator in ("any", "not any"):
                    self._check_rule_paths(reached, Domain(value))

    def _follow_rule_path(self, model, path):
        """Return the model that the path of a condition ends in, or None.

        Unknown fields are left to the search, which names them.
        """
        for name in path.split("."):
            if model is None or name not in model._fields:
                return None
            field = model._fields[name]
            if (
                field.comodel_name in SEGMENT_MODELS
                or model._name in SEGMENT_MODELS
                or (model._name == "client.fact" and name in SEGMENT_FIELDS)
            ):
                raise ValidationError(
                    self.env._(
                        "The condition on “%(path)s” refers to segments; the members"
                        " would depend on the order in which rules are applied.",
                        path=path,
                    )
                )
            if field.related:
                self._follow_rule_path(model, field.related)
            if field.relational:
                model = self.env[field.comodel_name]
            elif name != "id":
                model = None
        return model

    @api.model
    def _get_rule_error(self, error):
        """Return what is wrong in one sentence for the administrator."""
        if isinstance(error, psycopg2.Error) and error.diag.message_primary:
            return error.diag.message_primary
        return str(error) or type(error).__name__

    # -- actions ----------------------------------------------------------------------

    def action_view_rule_clients(self):
        """Open the clients that have the segment only by its rule."""
        action = self.action_view_clients()
        return {
            **action,
            "domain": [*action["domain"], ("segment_rule_ids", "in", self.ids)],
        }

    def action_view_hand_clients(self):
        """Open the clients to whom people gave the segment."""
        action = self.action_view_clients()
        return {
            **action,
            "domain": [*action["domain"], ("segment_rule_ids", "not in", self.ids)],
        }
