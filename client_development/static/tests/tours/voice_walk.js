/**
 * A week of the client's voice (tests/test_voice_walk.py): calls and links, the claim and
 * the lead that came of them, Monday's record and the director's pictures.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const openMenu = (menu, submenu) => [
    ...stepUtils.goToAppSteps("client_development.client_development_menu_root"),
    {
        content: "open the menu",
        trigger: `[data-menu-xmlid="client_development.${menu}"]`,
        run: "click",
    },
    {
        content: "open the entry of the menu",
        trigger: `.o-dropdown--menu [data-menu-xmlid="client_development.${submenu}"]`,
        run: "click",
    },
];
const ready = (contact) =>
    `.o_client_desk:has([data-outcome="answered"]:enabled):has(.o_client_desk_head:contains("${contact}"))`;

/** Answer a call: words by the place of their question, and the stars. */
const call = (contact, rating, words = {}) => [
    {
        content: `${contact} is open`,
        trigger: ready(contact),
    },
    ...Object.entries(words).map(([place, text]) => ({
        content: "what he says",
        trigger: `${ready(contact)} .o_client_desk_question:nth-child(${place}) textarea`,
        run: `edit ${text}`,
    })),
    {
        content: "his rating",
        trigger: `${ready(contact)} .o_client_desk_star:has(input[value="${rating}"])`,
        run: "click",
    },
    {
        content: "answered",
        trigger: `${ready(contact)}:has(.fa-star:eq(${rating - 1})) [data-outcome="answered"]`,
        run: "click",
    },
];

tours.add("client_development_voice_walk_calls", {
    steps: () => [
        ...openMenu("client_development_menu_my", "client_call_desk_menu"),
        {
            content: "ten clients are to be called",
            trigger: `.o_client_desk_progress:contains("0 of 10")`,
        },
        ...call("Anja Alder", 5, { 1: "The driver helped to unload" }),
        ...call("Bruno Beech", 2, { 2: "Two boxes were wet" }),
        ...call("Clara Cedar", 4),
        ...call("Dario Dogwood", 5, { 5: "Otto Oak of Oak Stairs, +49 30 999 11" }),
        ...call("Ella Elm", 5),
        ...call("Felix Fir", 4),
        ...call("Greta Ginkgo", 5),
        {
            content: "seven of ten; the next one wants to answer in writing",
            trigger: `.o_client_desk:has(.o_client_desk_progress:contains("7 of 10")) .o_client_desk_head:contains("Hugo Hazel")`,
        },
        {
            content: "on to another one",
            trigger: `.o_client_desk_item:contains("Juniper Works"):visible`,
            run: "click",
        },
        {
            content: "nobody answers",
            trigger: `${ready("Jonas Juniper")} [data-outcome="no_answer"]`,
            run: "click",
        },
        {
            content: "the next one is open again",
            trigger: ready("Hugo Hazel"),
        },
    ],
});

const openSurvey = (client) => ({
    content: `open the survey of ${client}`,
    trigger: `.o_data_row:contains("${client}") [name="partner_id"]`,
    run: "click",
});

tours.add("client_development_voice_walk_links", {
    steps: () => [
        openSurvey("Hazel Works"),
        {
            content: "make a link for the messenger",
            trigger: `.o_form_view button[name="action_make_link"]`,
            run: "click",
        },
        {
            content: "it stands there, with a button to copy it",
            trigger: `.o_field_widget[name="link_url"]:has(.o_clipboard_button):contains("/client-survey/")`,
        },
        {
            content: "back to the list",
            trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item a",
            run: "click",
        },
        openSurvey("Iroko Works"),
        {
            content: "send a link by e-mail",
            trigger: `.o_form_view:contains("Iroko Works") button[name="action_send_link"]`,
            run: "click",
        },
        {
            content: "it goes out",
            trigger: `.o_notification:contains("irma@works.example")`,
        },
        {
            content: "and stands on the survey",
            trigger: `.o_field_widget[name="link_email"]:contains("irma@works.example")`,
        },
    ],
});

tours.add("client_development_voice_walk_claim", {
    steps: () => [
        ...openMenu("client_development_menu_my", "client_plan_line_menu_my"),
        {
            content: "the claim is among the own actions",
            trigger: `.o_data_row:contains("Claim:"):contains("rating 2 of 5") [name="name"]`,
            run: "click",
        },
        {
            content: "with the words of the client",
            trigger: `.o_form_view [name="note"]:contains("Two boxes were wet"), .o_form_view [name="note"] textarea:value("wet")`,
        },
    ],
});

tours.add("client_development_voice_walk_lead", {
    steps: () => [
        {
            content: "whom the client recommends",
            trigger: `button[name="action_view_recommendation"]`,
            run: "click",
        },
        {
            content: "is a lead",
            trigger: `.o_form_view:has(.o_field_widget[name="client_referrer_id"]):contains("Otto Oak")`,
        },
        {
            content: "complete with its messages",
            trigger: ".o-mail-Chatter .o-mail-Message",
        },
    ],
});

tours.add("client_development_voice_walk_record", {
    steps: () => [
        ...openMenu("client_development_menu_surveys", "client_coverage_menu"),
        {
            content: "Monday's record: 90 %",
            trigger: `.o_data_row:contains("Ines Field"):contains("90 %") [name="week_start"]`,
            run: "click",
        },
        {
            content: "the skipped order is named",
            trigger: `.o_form_view [name="skipped_order_ids"] .o_tag`,
        },
    ],
});

tours.add("client_development_voice_walk_graph", {
    steps: () => [
        ...openMenu("client_development_menu_surveys", "client_coverage_week_menu"),
        {
            content: "columns of the coverage with the line of the target",
            trigger: ".o_graph_canvas_container canvas",
            async run() {
                const chart = window.Chart.getChart(this.anchor);
                const { datasets } = chart.data;
                const round = (value) => Math.round(value * 10) / 10;
                const shown = datasets.map(({ label, data }) => [label, ...data.map(round)]);
                const expected = JSON.stringify([
                    ["Coverage, %", 62.5, 85.7, 77.8, 66.7, 87.5, 90],
                    ["Target", 90, 90, 90, 90, 90, 90],
                ]);
                const found = JSON.stringify([...shown].sort());
                if (found !== expected) {
                    throw new Error(`the graph shows ${found}`);
                }
                // the picture shows the whole columns
                while (window.Chart.animator.running(chart)) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
            },
        },
    ],
});
