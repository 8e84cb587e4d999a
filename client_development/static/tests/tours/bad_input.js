/** Negative hours: the message names the field, the input stays, then it is mended. */
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("client_development_bad_input", {
    steps: () => [
        {
            content: "show the column of the planned hours",
            trigger: `[name="line_ids"] .o_optional_columns_dropdown button`,
            run: "click",
        },
        {
            content: "planned hours",
            trigger: `.o-dropdown--menu input[name="planned_hours"]`,
            run: "click",
        },
        {
            content: "add an action",
            trigger: `[name="line_ids"] .o_field_x2many_list_row_add a:contains("Add an action")`,
            run: "click",
        },
        {
            content: "what",
            trigger: `[name="line_ids"] .o_selected_row [name="name"] input`,
            run: "edit Visit the plant",
        },
        {
            content: "when",
            trigger: `[name="line_ids"] .o_selected_row [name="date_deadline"]`,
            run: "click",
        },
        {
            content: "when, as a distance from today",
            trigger: `[name="line_ids"] .o_selected_row [name="date_deadline"] input`,
            run: "edit +7d",
        },
        {
            content: "negative hours",
            trigger: `[name="line_ids"] .o_selected_row [name="planned_hours"] input`,
            run: "edit -4",
        },
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "the message names the field",
            trigger: `.o_error_dialog:contains("Planned Hours")`,
        },
        {
            content: "close the message",
            trigger: ".o_error_dialog .modal-footer button",
            run: "click",
        },
        {
            content: "what was entered is still there",
            trigger: `[name="line_ids"] .o_selected_row [name="name"] input:value("Visit the plant")`,
        },
        {
            content: "mend it",
            trigger: `[name="line_ids"] .o_selected_row [name="planned_hours"] input`,
            run: "edit 4",
        },
        {
            content: "save again",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "saved",
            trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))",
        },
    ],
});
