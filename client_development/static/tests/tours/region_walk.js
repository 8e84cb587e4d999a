/**
 * A new region passes its gates, walked on the data of tests/test_region_walk.py: the
 * plan is made, then the facts change and the page Gates says what they have reached.
 */
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const PAGE = ".o_notebook .tab-pane.active";
const gate = (title) => `${PAGE} .col-12:has(h4:contains("${title}"))`;
const openGates = {
    content: "open the page of the gates",
    trigger: `.o_notebook a[name="gates"]`,
    run: "click",
};
const reached = (title) => ({
    content: `${title}: reached`,
    trigger: `${gate(title)} .badge:contains(/^Reached$/)`,
});
const notReached = (title) => ({
    content: `${title}: not reached, and nothing to propose`,
    trigger: `${gate(title)}:has(.badge:contains("Not reached yet")):not(:has(button[name="action_propose_gate"]))`,
});
const badge = (text) => ({
    content: `the plan says so: ${text}`,
    trigger: `.o_form_view [name="gate"]:contains("${text}")`,
});
const propose = (title, count) => [
    {
        content: `propose the actions: ${title}`,
        trigger: `${gate(title)} button[name="action_propose_gate"]`,
        run: "click",
    },
    {
        content: "they were added",
        trigger: `.o_notification:contains("${count} actions added")`,
    },
];

tours.add("client_development_region_walk_make", {
    steps: () => [
        {
            content: "what is planned for",
            trigger: `.o_form_view [name="scope"] input`,
            run: "click",
        },
        {
            content: "a territory",
            trigger: `.o_select_menu_item:contains("Territory")`,
            run: "click",
        },
        {
            content: "which country",
            trigger: `.o_form_view [name="country_ids"] input`,
            run: "edit Norland",
        },
        {
            content: "this one",
            trigger: `.o-autocomplete--dropdown-item:contains("Norland")`,
            run: "click",
        },
        {
            content: "a name",
            trigger: `.o_form_view [name="name"] :is(input, textarea)`,
            run: "edit Opening Norland",
        },
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        openGates,
        {
            content: "nobody there is a client yet",
            trigger: `${PAGE} .alert-info:contains("remote talks")`,
        },
        badge("Remote talks"),
        reached("Remote talks"),
        notReached("Headquarters"),
        notReached("Sales office"),
        ...propose("Remote talks", 9),
    ],
});

tours.add("client_development_region_walk_almost", {
    steps: () => [
        openGates,
        {
            content: "ten days of eleven",
            trigger: `${gate("Headquarters")} [name="gate_talk_days"]:contains("10"):contains("11")`,
        },
        {
            content: "with whom",
            trigger: `${gate("Headquarters")} [name="gate_talk_partner_id"]:contains("Fjord Works")`,
        },
        notReached("Headquarters"),
    ],
});

tours.add("client_development_region_walk_headquarters", {
    steps: () => [
        openGates,
        badge("Headquarters"),
        reached("Headquarters"),
        notReached("Sales office"),
        {
            content: "of meetings and hours",
            trigger: `${gate("Headquarters")}:has([name="gate_event_count"]:contains("10")):has([name="gate_effort_count"]:contains("1"))`,
        },
        ...propose("Headquarters", 5),
    ],
});

tours.add("client_development_region_walk_office", {
    steps: () => [
        openGates,
        badge("Sales office"),
        reached("Remote talks"),
        reached("Headquarters"),
        reached("Sales office"),
        {
            content: "a hundred medium clients",
            trigger: `${gate("Sales office")} [name="gate_medium_count"]:contains("100")`,
        },
        {
            content: "ten large ones, who share their salesperson",
            trigger: `${gate("Sales office")} .alert-warning:contains("10"):contains("share their")`,
        },
        {
            content: "who they are",
            trigger: `${gate("Sales office")} button[name="action_view_gate_large"]`,
            run: "click",
        },
        {
            content: "the large clients",
            trigger: `.o_list_view .o_data_row:contains("Large 10")`,
        },
        {
            content: "ten of them",
            trigger: `.o_pager_limit:contains("10")`,
        },
        {
            content: "back to the plan",
            trigger: `.breadcrumb-item a:contains("Opening Norland"), .o_back_button`,
            run: "click",
        },
        openGates,
        ...propose("Sales office", 5),
    ],
});
