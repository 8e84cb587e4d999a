import logging

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import api, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class ClientPlan(models.Model):
    """How scheduled actions of the wing work: in locked batches (design decision 9).

    The workers do not commit and may be called twice; :meth:`_run_batches` commits.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    @api.model
    def _run_batches(self, worker, title):
        """Call ``worker(skip=ids)`` until nothing is left; commit after each batch.

        Records that failed are skipped for the rest of the run and tried again by the
        next one.
        """
        skipped = []
        remaining = True
        while remaining:
            try:
                with self.env.cr.savepoint():
                    done, failed, remaining = worker(skip=skipped)
            except SerializationFailure:
                # Written by another process since this transaction began: its work.
                _logger.info("%s: another process is at it", title)
                return True
            skipped += failed
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                return False
        return True

    @api.model
    def _work_batch(self, model, domain, method, limit, skip, title):
        """Apply ``method`` to a locked batch; one by one when the batch fails.

        :return: number of records handled, ids of those that failed, number left
        """
        domain &= Domain("id", "not in", list(skip))
        records = model.search(domain, limit=limit, order="id")
        records = records.try_lock_for_update(allow_referencing=True)
        if not records:
            # Nothing to do, or another process is at it.
            return 0, [], 0
        failed = []
        if not self._attempt_batch(method, records, title):
            failed = [
                record.id
                for record in records
                if not self._attempt_batch(method, record, title)
            ]
            if failed:
                _logger.error(
                    "%s: skipped %s with the ids %s, see above",
                    title,
                    model._name,
                    failed,
                )
        left = model.search_count(domain & Domain("id", "not in", failed))
        return len(records) - len(failed), failed, left

    @api.model
    def _attempt_batch(self, method, records, title):
        """Run ``method`` in a savepoint; return whether it succeeded."""
        try:
            with self.env.cr.savepoint():
                method(records)
        except OperationalError:
            # The whole transaction must be repeated: serialization, lost connection.
            raise
        except Exception:
            level = logging.INFO if len(records) > 1 else logging.ERROR
            _logger.log(level, "%s failed for %s", title, records, exc_info=True)
            return False
        return True
