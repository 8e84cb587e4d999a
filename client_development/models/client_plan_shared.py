from datetime import timedelta

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain


class ClientPlan(models.Model):
    """What the models of the wing share: locks, guarded defaults, companies' days."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- locks and defaults --------------------------------------------------------

    @api.model
    def _lock_records(self, records, field_name):
        """Lock the rows for this transaction and forget the field's cached values."""
        records.flush_recordset([field_name])
        try:
            records.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing “%(record)s” right now. Try again in a"
                    " moment.",
                    record=records[:1].display_name,
                )
            ) from error
        records.invalidate_recordset([field_name], flush=False)

    @api.model
    def _get_context_without_defaults(self, names):
        """Return the context without defaults for the given, guarded fields."""
        guarded = {f"default_{name}" for name in names}
        return {k: v for k, v in self.env.context.items() if k not in guarded}

    @api.model
    def _refuse_entered(self, model, vals, names):
        """Raise when ``vals`` enter fields of ``model`` that only the system sets."""
        stamped = names & set(vals)
        if not stamped or self.env.su:
            return
        labels = model.fields_get(sorted(stamped), ["string"])
        raise UserError(
            self.env._(
                "%(fields)s: kept by the system and cannot be entered.",
                fields=", ".join(label["string"] for label in labels.values()),
            )
        )

    @api.model
    def _get_changed_fields(self, record, vals, names):
        """Return which of the fields ``vals`` would really change on the record.

        One2many fields do not count: their records check themselves.
        """
        changed = set()
        for name in names & set(vals):
            field = record._fields.get(name)
            if field and field.type != "one2many":
                value = field.convert_to_cache(vals[name], record)
                if record[name] != field.convert_to_record(value, record):
                    changed.add(name)
        return changed

    # -- days ----------------------------------------------------------------------

    @api.model
    def _get_day_by_company(self, get_shift=None):
        """Return ``{company: today + shift}``, each in the company's own time zone."""
        companies = self.env.companies
        if self.env.su:
            companies = companies.search_fetch([], ["resource_calendar_id"])
        return {
            company: company._client_today()
            + timedelta(days=get_shift(company) if get_shift else 0)
            for company in companies
        }

    @api.model
    def _get_day_domain(self, field_name, operator, get_shift=None):
        """Return a domain comparing a date with each company's own today."""
        companies_by_day = {}
        for company, day in self._get_day_by_company(get_shift).items():
            companies_by_day.setdefault(day, []).append(company.id)
        return Domain.OR(
            Domain("company_id", "in", company_ids) & Domain(field_name, operator, day)
            for day, company_ids in companies_by_day.items()
        )
