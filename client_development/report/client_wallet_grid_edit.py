from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

# What is entered in the grid, and where the wallet row keeps it.
EDITED_FIELDS = {
    "potential": "amount",
    "date": "date",
    "source": "source",
    "confidence": "confidence",
    "supplier": "supplier",
}
# What a new wallet row takes over from the one that counted until then.
KEPT_FIELDS = ("amount", "source", "confidence", "supplier")


class ClientWalletGrid(models.Model):
    """What is entered in the grid becomes a wallet row; a gap becomes work."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.wallet.grid"

    # -- editing -------------------------------------------------------------------

    def write(self, vals):  # pylint: disable=method-required-super
        """Enter what is known now; what was known before stays in the history.

        Today's row is completed, otherwise there is a new one: dated today or as
        entered, with whatever was known and is not entered anew. A day before the row
        that counts corrects that row.
        """
        self.check_access("write")
        self._check_edited(vals)
        values = {EDITED_FIELDS[name]: value for name, value in vals.items()}
        wallets = self.env["client.wallet"]
        wallets._check_values(values)
        day = fields.Date.to_date(values.get("date"))
        new, same, corrected = [], wallets, self.browse()
        for grid in self:
            today = grid.company_id._client_today()
            grid._check_day(day, today)
            known = grid.wallet_id
            if known and known.date == (day or today):
                same |= known
            elif known and day and day < known.date:
                corrected |= grid
            else:
                new.append(grid._prepare_wallet_vals(values, day or today))
        corrected._check_still_counts(day)
        (same | corrected.wallet_id).write(values)
        wallets.create(new)
        self.invalidate_model()
        return True

    def _check_edited(self, vals):
        """Refuse what follows from facts."""
        names = sorted(vals.keys() - EDITED_FIELDS.keys())
        if names:
            labels = self.fields_get(names, ["string"]).values()
            raise UserError(
                self.env._(
                    "%(fields)s: follows from orders and from the client and cannot be"
                    " entered in the grid. Enter potential, day, source, confidence and"
                    " supplier.",
                    fields=", ".join(label["string"] for label in labels) or names[0],
                )
            )
        if "date" in vals and not vals["date"]:
            raise UserError(
                self.env._(
                    "Known since: a potential without a day would never count. Enter"
                    " the day on which it was found out."
                )
            )
        # Not zero, which equals False.
        if "potential" in vals and (
            vals["potential"] is None or vals["potential"] is False
        ):
            raise UserError(
                self.env._(
                    "Potential per Year: it cannot be emptied. Enter 0 if the client"
                    " buys nothing of this category, or delete the entry under"
                    " “Wallets”."
                )
            )

    def _check_day(self, day, today):
        if day and day > today:
            raise UserError(
                self.env._(
                    "Known since: %(day)s is still to come. Enter today or an earlier"
                    " day.",
                    day=format_date(self.env, day),
                )
            )

    def _prepare_wallet_vals(self, values, day):
        """Return the values of a new wallet row."""
        known = self.wallet_id
        if not known and "amount" not in values:
            raise UserError(
                self.env._(
                    "Potential per Year: enter it for %(category)s, too: a rough"
                    " estimate will do, or 0 if %(client)s buys nothing of it. The rest"
                    " is kept together with it.",
                    category=self.category_id.display_name,
                    client=self.partner_id.display_name,
                )
            )
        return {
            **{name: known[name] for name in KEPT_FIELDS if known},
            **values,
            "date": day,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "category_id": self.category_id.id,
        }

    def _check_still_counts(self, day):
        """Refuse a day before which there is another entry: that one would count."""
        if not self:
            return
        wallets = self.env["client.wallet"].search_fetch(
            Domain("id", "not in", self.wallet_id.ids)
            & Domain("date", ">=", day)
            & Domain("date", "<=", max(self.mapped("date")))
            & Domain("partner_id", "in", self.partner_id.ids)
            & Domain("category_id", "in", self.category_id.ids),
            ["company_id", "partner_id", "category_id", "date"],
        )
        names = ("company_id", "partner_id", "category_id")
        others = {tuple(wallet[name] for name in names): wallet for wallet in wallets}
        for grid in self:
            other = others.get(tuple(grid[name] for name in names))
            if other and other.date <= grid.date:
                raise UserError(
                    self.env._(
                        "Known since: there is an entry of %(other)s for %(category)s,"
                        " which would count instead. Enter a later day.",
                        other=format_date(self.env, other.date),
                        category=grid.category_id.display_name,
                    )
                )

    # -- buttons -------------------------------------------------------------------

    def action_develop(self):
        """Make an opportunity and an action of the gap, or open those that exist."""
        self.ensure_one()
        self.check_access("read")
        lead, line = self.fact_id._develop_category(self.category_id, self.gap)
        return line._open_development(lead)

    def action_buys_nothing(self):
        """Enter that the client buys nothing of the category: a potential of 0.

        A zero typed into an empty cell is no change to the browser.
        """
        self.write({"potential": 0.0})

    def action_view_history(self):
        """Open all entries of this client and category, the latest first."""
        self.ensure_one()
        self.check_access("read")
        return self.fact_id._open(
            self.category_id.display_name,
            "client.wallet",
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("category_id", "=", self.category_id.id),
            empty=self.env._("Nobody has entered the potential yet."),
        )

    def action_view_lines(self):
        """Open the order lines of the period from which our sales were counted."""
        self.ensure_one()
        self.check_access("read")
        fact = self.fact_id
        return fact._open(
            self.category_id.display_name,
            "sale.order.line",
            fact._get_line_domain(*fact._get_span())
            & Domain("product_id.categ_id", "=", self.category_id.id),
            {"group_by": "order_id"},
            list_view="sale.view_order_line_tree",
        )
