/**
 * The four quadrants of a SWOT, typed without a click anywhere else: "Add an item", the
 * words go where the cursor is, Enter, "Add an item" of the next quadrant.
 * Data: tests/test_swot_entry.py.
 */
import { delay, fill, press } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const QUADRANTS = ["strength", "weakness", "opportunity", "risk"];
// What a person takes to put the hands on the keys: late answers have arrived by then.
const PAUSE = 400;

const typeItem = (kind, number, enter) => [
    {
        content: `add an item: ${kind} ${number}`,
        trigger: `[name="${kind}_ids"] .o_field_x2many_list_row_add a`,
        run: "click",
    },
    {
        content: "a row for it, and for no other",
        trigger: `[name="${kind}_ids"] .o_selected_row:nth-child(${number}) [name="name"] input`,
        async run() {
            await delay(PAUSE);
            await fill(`${kind} ${number}`);
            if (enter) {
                await press("Enter");
                await delay(PAUSE);
            }
        },
    },
];

const typeAll = (enter) => [
    {
        content: "open the page of the SWOT",
        trigger: `.o_notebook a[name="swot"]`,
        run: "click",
    },
    ...[1, 2, 3, 4].flatMap((number) =>
        QUADRANTS.flatMap((kind) => typeItem(kind, number, enter))
    ),
    {
        content: "save",
        trigger: ".o_form_button_save",
        run: "click",
    },
    {
        content: "saved",
        trigger: ".o_form_saved",
    },
];

tours.add("client_development_swot_entry", { steps: () => typeAll(false) });
tours.add("client_development_swot_entry_enter", { steps: () => typeAll(true) });
tours.add("client_development_swot_entry_new", {
    steps: () => [
        {
            content: "what is planned for",
            trigger: `.o_form_view [name="scope"] input`,
            run: "click",
        },
        {
            content: "the company",
            trigger: `.o_select_menu_item:contains("Company")`,
            run: "click",
        },
        ...typeAll(true),
    ],
});
