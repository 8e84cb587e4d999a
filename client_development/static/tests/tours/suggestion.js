/** What similar clients buy is suggested and answered, by mouse and by keyboard. */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const suggestion = (category) => `.o_client_suggestion:contains("${category}")`;
const answer = (category, label) => `${suggestion(category)} button:contains("${label}")`;

registry.category("web_tour.tours").add("client_development_suggestion", {
    steps: () => [
        ...stepUtils.goToAppSteps("client_development.client_development_menu_root"),
        {
            content: "open the clients",
            trigger: `[data-menu-xmlid="client_development.client_fact_menu"]`,
            run: "click",
        },
        {
            content: "open the client's facts",
            trigger: `.o_data_row:contains("Target") button[name="action_open_facts"]`,
            run: "click",
        },
        {
            content: "who likes are, is said",
            trigger: `.o_client_suggestions:contains("4 clients of the industry Trade")`,
        },
        {
            content: "he is interested",
            trigger: `${suggestion("Screws")}:contains("bought by 75 %") button:contains("Interested")`,
            run: "click",
        },
        {
            content: "the answer is shown as pressed",
            trigger: `${answer("Screws", "Interested")}[aria-pressed="true"]`,
        },
        {
            content: "he refuses the second, by keyboard",
            trigger: answer("Anchors", "Refused"),
            async run({ press }) {
                this.anchor.focus();
                await press("Enter");
            },
        },
        {
            content: "it is not suggested any more",
            trigger: `.o_client_suggestions:not(:contains("Anchors"))`,
        },
        {
            content: "open those who buy it",
            trigger: `${suggestion("Screws")} button:contains("bought by")`,
            run: "click",
        },
        {
            content: "the similar clients are listed, those of others are not",
            trigger: `.o_breadcrumb:contains("Similar Clients (0 of 3 visible to you)")`,
        },
    ],
});
