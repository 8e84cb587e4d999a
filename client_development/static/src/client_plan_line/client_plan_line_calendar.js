/**
 * The calendar of actions: dragging one of a running plan to a later day asks why
 * before it moves. Whether that is needed, and what happens, the server decides
 * (client.plan.line, action_drop).
 */
import { registry } from "@web/core/registry";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

export class ClientPlanLineCalendarModel extends CalendarModel {
    static services = [...CalendarModel.services, "action"];

    setup(params, services) {
        super.setup(params, services);
        this.action = services.action;
    }

    async updateRecord(record, options = {}) {
        const { date_start } = this.meta.fieldMapping;
        const day = this.buildRawRecord(record, options)[date_start];
        let question = false;
        try {
            question = await this.orm.call(
                this.meta.resModel,
                "action_drop",
                [[record.id], day],
                { context: this.meta.context },
            );
        } catch (error) {
            // Back to its day; the dialog with the message follows.
            await this.load();
            throw error;
        }
        if (question) {
            // Moved or not, the calendar shows what is stored when the dialog closes.
            await this.action.doAction(question, { onClose: () => this.load() });
        } else {
            await this.load();
        }
    }
}

registry.category("views").add("client_plan_line_calendar", {
    ...calendarView,
    Model: ClientPlanLineCalendarModel,
});
