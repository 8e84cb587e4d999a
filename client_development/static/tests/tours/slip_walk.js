/**
 * A deadline is dragged in the calendar, walked on the data of tests/test_slip_walk.py:
 * without a reason it goes back, with one it moves; the leader finds the reason in the
 * Pareto.
 */
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ACTION = "Show the sample";
const day = (number) => `.o_calendar_view .fc-daygrid-day[data-date$="-${number}"]`;
const event = (number) => `${day(number)} .fc-event:contains("${ACTION}")`;
const drag = () => [
    {
        content: "drag the action to the 19th",
        trigger: event(17),
        run: `drag_and_drop ${day(19)} .fc-daygrid-day-events`,
    },
    {
        content: "a dialog asks why, with the new day",
        trigger: `.modal [name="date"]:contains("19"), .modal [name="date"] input:value(19)`,
    },
];

tours.add("client_development_slip_walk_drag", {
    steps: () => [
        {
            content: "open the calendar",
            trigger: ".o_control_panel .o_switch_view.o_calendar",
            run: "click",
        },
        {
            content: "go to the next month",
            trigger: ".o_calendar_view .o_calendar_button_next",
            run: "click",
        },
        ...drag(),
        {
            content: "think better of it",
            trigger: `.modal footer button:contains("Back")`,
            run: "click",
        },
        {
            content: "the dialog is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "the action is back on its day",
            trigger: event(17),
        },
        {
            content: "and not on the other",
            trigger: `body:not(:has(${event(19)}))`,
        },
        ...drag(),
        {
            content: "look for the reason",
            trigger: `.modal [name="reason_id"] input`,
            run: "edit Client postponed",
        },
        {
            content: "choose the reason",
            trigger: `.o-autocomplete--dropdown-item:contains("Client postponed")`,
            run: "click",
        },
        {
            content: "what usually helps is shown",
            trigger: `.modal [name="reason_help"]:contains("Agree on a new date")`,
        },
        {
            content: "say more",
            trigger: `.modal [name="note"] textarea`,
            run: "edit Buyer is on holiday",
        },
        {
            content: "move it",
            trigger: `.modal footer button[name="action_move"]`,
            run: "click",
        },
        {
            content: "the action is on the new day",
            trigger: event(19),
        },
        {
            content: "and no longer on the old one",
            trigger: `body:not(:has(${event(17)})):not(:has(.modal))`,
        },
    ],
});

const chart = {
    content: "the chart of reasons is shown",
    trigger: ".o_graph_view .o_graph_canvas_container canvas",
};

tours.add("client_development_slip_walk_chart", {
    steps: () => [chart],
});

tours.add("client_development_slip_walk_pareto", {
    steps: () => [
        chart,
        {
            content: "open the table",
            trigger: ".o_control_panel .o_switch_view.o_pivot",
            run: "click",
        },
        {
            content: "the reason stands there with its shares",
            trigger: `.o_pivot tr:contains("Client postponed"):contains("100.00")`,
        },
        {
            content: "open the slips behind the figure",
            trigger: `.o_pivot tr:contains("Client postponed") .o_pivot_cell_value`,
            run: "click",
        },
        {
            content: "it is the one that was dragged",
            trigger: `.o_list_view .o_data_row:contains("${ACTION}"):contains("Buyer is on holiday")`,
        },
    ],
});
