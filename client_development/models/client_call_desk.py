import re
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import consteq, hmac

from .client_answer_text import is_record_id

# All that is called from the desk; each inherits client.callable.
DESK_MODELS = ("client.survey", "client.call")
OUTCOMES = (
    "answered",
    "no_answer",
    "callback",
    "refused",
    "wrong_contact",
    "unreachable",
)
TOKEN_SCOPE = "client_development.call_desk"
KNOWN = re.compile(r"[0-9]{1,10}")  # the id of a call
TOKEN_TIME = "%Y%m%d%H%M%S"


class ClientCallDesk(models.AbstractModel):
    """The server of the call desk: whom to call, one card, what came of the call.

    Nothing is stored when a card is opened. Its token says in a signed way when, by
    whom and after which call it was opened: so the time taken is measured here, and a
    card is good for one call only. Whoever saves second, by a double press, in another
    window or as another person, is told so and nothing is recorded twice.
    """

    _name = "client.call.desk"
    _description = "Call Desk"

    # -- what the screen asks ----------------------------------------------------------

    @api.model
    def get_queue(self):
        """Return whom the current user calls, in that order, and how far he is."""
        self._check_desk_user()
        places = {"now": [], "later": [], "waiting": []}
        for name in DESK_MODELS:
            for place, found in self.env[name]._get_desk_places().items():
                places[place].extend(found)
        ranks = self._get_ranks(places["now"])
        places["now"].sort(key=lambda row: self._get_place_key(row, ranks))
        promises = self._get_promises(places["later"])
        places["later"].sort(key=lambda row: promises[row] or datetime.max)
        places["waiting"].sort(key=lambda row: row.date_attempt or datetime.max)
        queue = {
            "now": [row._prepare_desk_item() for row in places["now"]],
            "later": self._prepare_items(places["later"], promises),
            "waiting": self._prepare_items(places["waiting"]),
        }
        progress = [self.env[name]._get_progress() for name in DESK_MODELS]
        done, total = map(sum, zip(*progress, strict=True))
        return {
            **queue,
            "done": done,
            "total": total,
            "progress": self.env._("%(done)s of %(total)s", done=done, total=total),
        }

    @api.model
    def get_card(self, model, record_id, token=False):
        """Return all that is needed to call one client.

        :param token: that of the same card opened before; its time goes on if nobody
            has called meanwhile
        """
        row = self._get_row(model, record_id)
        if row.state not in row._get_open_states():
            raise row._closed_error()
        if not self._is_current(row, token):
            token = self._make_token(row)
        return {
            **row._prepare_desk_item(),
            **row._prepare_desk_card(),
            "token": token,
        }

    @api.model
    def save(self, model, record_id, outcome, values=None):
        """Record one call; return the queue and the card of the next client.

        :param values: ``token`` of the card; ``answers`` {question id: raw answer};
            ``note``; ``date_callback`` (UTC) or ``callback``, one of the offered
            moments; ``contact_id``, or ``contact_name`` and ``contact_phone``
        :return: with ``errors`` {question id: message} nothing was recorded
        """
        values = values if isinstance(values, dict) else {}
        row = self._get_row(model, record_id)
        if outcome not in OUTCOMES:
            raise UserError(
                self.env._(
                    "Outcome: “%(outcome)s” is not possible. Choose one of the buttons"
                    " below the questions.",
                    outcome=outcome,
                )
            )
        row._lock_open()
        row = row.with_context(
            client_call_duration=self._use_token(row, values.get("token"))
        )
        errors = row._save_desk_outcome(outcome, values)
        if errors:
            return {"errors": errors}
        queue = self.get_queue()
        return {
            "message": self._say_saved(row, outcome, queue),
            "queue": queue,
            "card": self._get_next_card(queue, outcome == "wrong_contact" and row),
        }

    # -- rights ------------------------------------------------------------------------

    @api.model
    def _check_desk_user(self):
        if not self.env.user.has_group("client_development.group_client_user"):
            raise AccessError(
                self.env._(
                    "Call Desk: only users of client development call clients. Ask an"
                    " administrator for the right."
                )
            )

    @api.model
    def _get_row(self, model, record_id):
        """Return the row that the current user may call, or say why not."""
        self._check_desk_user()
        if model not in DESK_MODELS or not is_record_id(record_id):
            raise UserError(
                self.env._("Call Desk: there is no such call. Open the desk anew.")
            )
        row = self.env[model].browse(record_id)
        if not row.sudo().exists():
            raise UserError(
                self.env._(
                    "Call Desk: this call does not exist any more. Open the desk anew."
                )
            )
        row.check_access("write")
        return row

    # -- the queue ---------------------------------------------------------------------

    @api.model
    def _get_ranks(self, rows):
        """Return {(company, client): rank of the segment, ABC class}: the most
        important client is called first. One query for all rows."""
        facts = (
            self.env["client.fact"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", list({row.company_id.id for row in rows})),
                    ("partner_id", "in", list({row.partner_id.id for row in rows})),
                ],
                ["company_id", "partner_id", "segment_rank", "abc_class"],
            )
        )
        return {
            (fact.company_id.id, fact.partner_id.id): (
                fact.segment_rank or 2**31,
                fact.abc_class or "Z",
            )
            for fact in facts
        }

    @api.model
    def _get_place_key(self, row, ranks):
        """Promised call-backs first, then by due date, then the important clients."""
        return (
            not row.date_callback,
            row.date_callback or datetime.min,
            row.date_due,
            ranks.get((row.company_id.id, row.partner_id.id), (2**31, "Z")),
            row._name != "client.survey",
            row.id,
        )

    @api.model
    def _get_promises(self, rows):
        """Return {row: the moment for which its call was promised}."""
        promises = {}
        for name in DESK_MODELS:
            found = [row.id for row in rows if row._name == name]
            promises.update(self.env[name].browse(found)._get_promises())
        return promises

    @api.model
    def _prepare_items(self, rows, promises=None):
        """Return the items of waiting ``rows``: who waits for one call stands once."""
        items = {}
        for row in rows:
            moment = promises[row] if promises else False
            key = (row._name, row.company_id.id, row.contact_id.id, moment)
            if key in items:
                items[key]["count"] += 1
                continue
            items[key] = {
                **row._prepare_desk_item(),
                "date_callback": moment and fields.Datetime.to_string(moment),
                "waiting": promises is None,
            }
        return list(items.values())

    @api.model
    def _say_saved(self, row, outcome, queue):
        """Return what was saved, and how far the user is if he has calls of his own."""
        words = {
            "client": row.partner_id.name,
            "outcome": self._say_outcome(outcome),
            "progress": queue["progress"],
        }
        if not queue["total"]:
            return self.env._("%(client)s: %(outcome)s.", **words)
        return self.env._("%(client)s: %(outcome)s. %(progress)s.", **words)

    @api.model
    def _say_outcome(self, outcome):
        field = self.env["client.survey.attempt"]._fields["outcome"]
        return dict(field._description_selection(self.env))[outcome]

    @api.model
    def _get_next_card(self, queue, same=False):
        """Return the card of ``same``, or of the next client; without any, False."""
        if same:
            return self.get_card(same._name, same.id)
        for item in queue["now"][:1]:
            return self.get_card(item["model"], item["id"])
        return False

    # -- the token ---------------------------------------------------------------------

    @api.model
    def _make_token(self, row, opened=None, last=None):
        """Return when ``row`` was opened, after which call, and our signature."""
        opened = opened or fields.Datetime.now().strftime(TOKEN_TIME)
        last = row._get_last_attempt().id or 0 if last is None else last
        content = (row._name, row.id, self.env.uid, opened, last)
        digest = hmac(self.env(su=True), TOKEN_SCOPE, content)
        return f"{opened}-{last}-{digest}"

    @api.model
    def _read_token(self, row, token):
        """Return when the card was opened and after which call; None: not ours."""
        parts = token.split("-") if isinstance(token, str) else []
        if len(parts) != 3 or not token.isascii() or not KNOWN.fullmatch(parts[1]):
            return None
        opened, last, _digest = parts
        if not consteq(self._make_token(row, opened, int(last)), token):
            return None
        return datetime.strptime(opened, TOKEN_TIME), int(last)

    @api.model
    def _is_current(self, row, token):
        """Whether nobody has recorded a call of ``row`` since ``token`` was made."""
        content = self._read_token(row, token)
        return bool(content) and content[1] == (row._get_last_attempt().id or 0)

    @api.model
    def _use_token(self, row, token):
        """Return the seconds since the card of the locked ``row`` was opened.

        :raise UserError: a call was recorded meanwhile, or the token is not ours
        """
        content = self._read_token(row, token)
        if not content:
            raise self._invalid_card_error(row)
        opened, known = content
        last = row._get_last_attempt().sudo()
        if last.id and last.id != known:
            raise UserError(
                self.env._(
                    "%(client)s: this call is already recorded (“%(outcome)s”, by"
                    " %(user)s); nothing was recorded twice. For another call open the"
                    " client anew.",
                    client=row.partner_id.name,
                    outcome=self._say_outcome(last.outcome),
                    user=last.user_id.name,
                )
            )
        return max(int((fields.Datetime.now() - opened).total_seconds()), 0)

    @api.model
    def _invalid_card_error(self, row):
        return UserError(
            self.env._(
                "%(client)s: nothing was recorded, as this card is not valid. Open"
                " the client anew.",
                client=row.partner_id.name,
            )
        )
