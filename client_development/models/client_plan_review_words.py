from markupsafe import Markup

from odoo import api, models
from odoo.tools.misc import format_date, formatLang

# So many records of a part are named; the figure opens them all.
NAMED = 12


class ClientPlanReview(models.Model):
    """The words of a review: what its figures are called and what its records say."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    @api.model
    def _get_part_labels(self):
        """Return the heading of each part, in the language of the reader."""
        return {
            "red": self.env._("Objectives far behind"),
            "overdue": self.env._("Overdue actions"),
            "slip": self.env._("Deadlines moved or missed"),
            "blank": self.env._("Slips without a reason"),
            "help": self.env._("Calls for help without an answer"),
            "rating": self.env._("Low surveys"),
            "breach": self.env._("Standards breached"),
            "done": self.env._("Done"),
            "effort": self.env._("Working time"),
        }

    def _render_summary(self, contents):
        """Return the contents as text for people; names are escaped."""
        labels = self._get_part_labels()
        blocks = []
        for part in ("red", "overdue", "slip", "help", "rating", "breach", "done"):
            rows = contents["parts"].get(part, ())
            if not rows:
                continue
            items = [row[1] for row in rows[:NAMED]]
            if len(rows) > NAMED:
                items.append(self.env._("and %(count)s more", count=len(rows) - NAMED))
            blocks.append(
                Markup("<p class='mb-0 %s'><strong>%s: %s</strong></p><ul>%s</ul>")
                % (
                    "text-success" if part == "done" else "text-danger",
                    labels[part],
                    len(rows),
                    Markup().join(Markup("<li>%s</li>") % item for item in items),
                )
            )
        bad = [part for part in contents["parts"] if part not in ("done", "effort")]
        if not any(contents["parts"][part] for part in bad):
            blocks.insert(
                0,
                Markup("<p class='text-success mb-0'>%s</p>")
                % self.env._(
                    "Nothing is far behind, overdue or moved, nobody waits for help,"
                    " and no client complained."
                ),
            )
        return Markup().join(blocks)

    # -- one record in words -------------------------------------------------------

    @api.model
    def _describe(self, part, records):
        """Return one text per record of a part."""
        describe = getattr(self, f"_describe_{part}", None)
        return [describe(record.sudo()) if describe else "" for record in records]

    @api.model
    def _describe_red(self, objective):
        return self.env._(
            "%(objective)s: %(current)s of %(target)s; %(progress)s %% of the way,"
            " %(expected)s %% expected",
            objective=objective.name,
            current=objective._format_value(objective.current),
            target=objective._format_value(objective.target),
            progress=formatLang(self.env, objective.progress, digits=0),
            expected=formatLang(self.env, objective.expected_progress, digits=0),
        )

    @api.model
    def _describe_overdue(self, line):
        return self.env._(
            "%(action)s (%(user)s), due on %(date)s",
            action=line.name,
            user=line.user_id.name,
            date=format_date(self.env, line.date_deadline),
        )

    @api.model
    def _describe_slip(self, slip):
        old = format_date(self.env, slip.date_old)
        reason = slip.reason_id.name or self.env._("no reason given yet")
        if slip.date_new:
            return self.env._(
                "%(action)s: %(old)s → %(new)s, %(reason)s",
                action=slip.line_id.name,
                old=old,
                new=format_date(self.env, slip.date_new),
                reason=reason,
            )
        return self.env._(
            "%(action)s: missed %(old)s, %(reason)s",
            action=slip.line_id.name,
            old=old,
            reason=reason,
        )

    @api.model
    def _describe_help(self, call):
        return self.env._(
            "%(action)s: %(asker)s asked %(user)s on %(date)s: %(question)s",
            action=call.line_id.name,
            asker=call.asker_id.name,
            user=call.user_id.name,
            date=format_date(self.env, call.date),
            question=call.question,
        )

    @api.model
    def _describe_rating(self, survey):
        return self.env._(
            "%(client)s: %(rating)s of 5 on %(date)s",
            client=survey.partner_id.name,
            rating=survey.rating,
            date=format_date(
                self.env, survey.company_id._client_date(survey.date_done)
            ),
        )

    @api.model
    def _describe_breach(self, breach):
        text = self.env._(
            "%(client)s: %(why)s (since %(date)s)",
            client=breach.partner_id.name,
            why=breach.explanation,
            date=format_date(self.env, breach.date_opened),
        )
        if breach.date_closed:
            closed = format_date(self.env, breach.date_closed)
            text = self.env._(
                "%(breach)s, kept again on %(date)s", breach=text, date=closed
            )
        return text

    @api.model
    def _describe_done(self, line):
        return self.env._(
            "%(action)s (%(user)s), %(date)s",
            action=line.name,
            user=line.user_id.name,
            date=format_date(self.env, line.done_date),
        )
