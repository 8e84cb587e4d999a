from odoo import api, fields, models
from odoo.exceptions import UserError

# More bad rows are counted, but not listed: the sheet itself is wrong then.
MAX_BAD_ROWS = 1000


class ClientWalletImport(models.TransientModel):
    """A sheet of wallets: check all its rows, show the bad ones, store the good ones.

    The file is checked again before anything is stored: meanwhile a client may have
    got another salesperson. Reading, checking and the template have files of their
    own.
    """

    _name = "client.wallet.import"
    _description = "Import of a Wallet Sheet"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        help="The company to whose assortment the wallets refer.",
    )
    file = fields.Binary(
        attachment=False,
        help="An Excel (.xlsx) or CSV file with the columns of the template.",
    )
    file_name = fields.Char(
        help="The name of the file.",
    )
    state = fields.Selection(
        selection=[("file", "File"), ("checked", "Checked"), ("done", "Stored")],
        string="Step",
        default="file",
        readonly=True,
        help="First the file is checked, then the good rows are stored.",
    )
    good_count = fields.Integer(
        string="Good Rows",
        readonly=True,
        help="Rows that can be stored.",
    )
    bad_count = fields.Integer(
        string="Bad Rows",
        readonly=True,
        help="Rows that are not stored.",
    )
    empty_count = fields.Integer(
        string="Rows Not Filled In",
        readonly=True,
        help="Rows in which nothing has been entered; they are passed over.",
    )
    unlisted_count = fields.Integer(
        string="Bad Rows Not Listed",
        readonly=True,
        help="Bad rows beyond those in the list.",
    )
    new_count = fields.Integer(
        string="New Entries",
        readonly=True,
        help="Entries that were made.",
    )
    changed_count = fields.Integer(
        string="Changed Entries",
        readonly=True,
        help="Entries of the same day that were changed.",
    )
    same_count = fields.Integer(
        string="Known Already",
        readonly=True,
        help="Good rows that say what is known already.",
    )
    row_ids = fields.One2many(
        comodel_name="client.wallet.import.row",
        inverse_name="import_id",
        string="List of Bad Rows",
        readonly=True,
        help="The rows that are not stored, and why.",
    )

    # -- first step: check ---------------------------------------------------------

    def action_check(self):
        """Check every row; nothing is stored."""
        self.ensure_one()
        self._check_and_show()
        return self._reopen()

    def _check_and_show(self):
        """Check the sheet, keep the verdict, and return the values of good rows."""
        good, bad, empty = self._check_rows(self._read_rows())
        self.row_ids.sudo().unlink()
        self.env["client.wallet.import.row"].sudo().create(
            [{**row, "import_id": self.id} for row in bad[:MAX_BAD_ROWS]]
        )
        self.write(
            {
                "state": "checked",
                "good_count": len(good),
                "bad_count": len(bad),
                "empty_count": empty,
                "unlisted_count": max(len(bad) - MAX_BAD_ROWS, 0),
            }
        )
        return good

    def action_back(self):
        """Choose another file."""
        self.ensure_one()
        self.row_ids.sudo().unlink()
        self.write({"state": "file", "file": False, "file_name": False})
        return self._reopen()

    # -- second step: store --------------------------------------------------------

    def action_import(self):
        """Store the good rows, and none of the bad ones."""
        self.ensure_one()
        if self.state == "done":
            raise UserError(
                self.env._(
                    "File: it has been imported already. Choose another file to import"
                    " more."
                )
            )
        good = self._check_and_show()
        if not good:
            raise UserError(
                self.env._(
                    "File: no row of it can be stored. Mend the sheet as the list of"
                    " bad rows says, and choose it again."
                )
            )
        new, changed, same = self._split_rows(good)
        wallets = self.env["client.wallet"].with_company(self.company_id)
        wallets.create(new)
        known = wallets.browse(wallet.id for wallet, _vals in changed)
        known.check_access("write")
        for wallet, vals in changed:
            # Asked for all at once above; written to the database all at once, too.
            wallet.sudo().write(vals)
        self.write(
            {
                "state": "done",
                "new_count": len(new),
                "changed_count": len(changed),
                "same_count": same,
            }
        )
        return self._reopen()

    def _split_rows(self, good):
        """Return values of new entries, ``[(entry, values)]`` to change, and how many
        rows say what is known already.

        A row changes the entry of its day, if there is one. Without a day it counts
        from today, unless it says nothing new. Empty cells keep what is known.
        """
        today = self.company_id._client_today()
        entries = self._get_entries(good)
        new, changed, same = [], [], 0
        for row in good:
            known = entries.get((row["partner_id"], row["category_id"]), [])
            given = {name: value for name, value in row.items() if value is not None}
            day = given.setdefault("date", today)
            before = next((wallet for wallet in known if wallet.date <= day), None)
            if row["date"] is None and before and not self._get_changes(before, given):
                same += 1
            elif before and before.date == day:
                changes = self._get_changes(before, given)
                if changes:
                    changed.append((before, changes))
                else:
                    same += 1
            else:
                new.append({**self._get_kept(before), **given})
        return new, changed, same

    def _get_entries(self, good):
        """Return ``{(client id, category id): entries, the latest first}``."""
        wallets = self.env["client.wallet"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", list({row["partner_id"] for row in good})),
                ("category_id", "in", list({row["category_id"] for row in good})),
            ],
            order="date desc, id desc",
        )
        return wallets.grouped(
            lambda wallet: (wallet.partner_id.id, wallet.category_id.id)
        )

    def _get_kept(self, before):
        """Return what a new entry takes over from the one before, and its company."""
        names = ("source", "confidence", "supplier") if before else ()
        return {
            "company_id": self.company_id.id,
            **{name: before[name] for name in names},
        }

    def _get_changes(self, wallet, given):
        """Return the given values that differ from the entry's."""
        changes = {}
        for name in ("amount", "source", "confidence", "supplier"):
            if name not in given:
                continue
            if name == "amount":
                if not wallet.currency_id.compare_amounts(wallet.amount, given[name]):
                    continue
            elif wallet[name] == given[name]:
                continue
            changes[name] = given[name]
        return changes

    # -- windows -------------------------------------------------------------------

    @api.model
    def _get_window(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_wallet_import_action"
        )

    def _reopen(self):
        return {**self._get_window(), "res_id": self.id}

    def action_open_grid(self):
        """Open the wallet grid."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_wallet_grid_action"
        )
