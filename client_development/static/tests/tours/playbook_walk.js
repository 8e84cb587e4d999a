/**
 * A playbook for a hundred clients, walked on the data of tests/test_playbook_walk.py:
 * the whole list is selected, the dialog says what will be, then the plans are there;
 * a second time there is nothing to add.
 */
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const count = (name, number) =>
    `.modal .alert-info [name="${name}"]:contains(/^${number}$/)`;
const openDialog = () => [
    {
        content: "look for the clients",
        trigger: ".o_searchview_input",
        run: "edit Fastened",
    },
    {
        content: "by their name",
        trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Client)",
        run: "click",
    },
    {
        content: "a hundred of them, more than a page",
        trigger: `.o_searchview_facet:contains("Fastened")`,
    },
    {
        content: "the list is filtered",
        trigger: `.o_pager_limit:contains("100")`,
    },
    {
        content: "select the page",
        trigger: ".o_list_view thead .o_list_record_selector input",
        run: "click",
    },
    {
        content: "select the whole list",
        trigger: ".o_selection_box .o_select_domain, .o_selection_box button:contains(100)",
        run: "click",
    },
    {
        content: "all are selected",
        trigger: `.o_selection_box:contains("100")`,
    },
    {
        content: "open the actions",
        trigger: ".o_cp_action_menus .dropdown-toggle:contains(Actions)",
        run: "click",
    },
    {
        content: "apply a playbook",
        trigger: `.o-dropdown--menu .o_menu_item:contains("Apply Playbook")`,
        run: "click",
    },
    {
        content: "all of them were chosen",
        trigger: `.modal [name="subject_count"]:contains("100")`,
    },
];
const choosePlaybook = [
    {
        content: "look for the playbook",
        trigger: `.modal [name="template_id"] input`,
        run: "edit five sections",
    },
    {
        content: "choose the playbook",
        trigger: `.o-autocomplete--dropdown-item:contains("five sections")`,
        run: "click",
    },
];
const preview = () => [
    {
        content: "a hundred new plans",
        trigger: count("plan_count", 100),
    },
    {
        content: "of thirteen actions each",
        trigger: count("line_count", "1,300"),
    },
];
const confirm = {
    content: "apply it",
    trigger: `.modal footer button[name="action_confirm"]`,
    run: "click",
};

tours.add("client_development_playbook_walk_preview", {
    steps: () => [
        ...openDialog(),
        {
            content: "the playbook of their segment is proposed",
            trigger: `.modal [name="template_id"] input:value("Client plan in five sections")`,
        },
        ...preview(),
    ],
});

tours.add("client_development_playbook_walk_apply", {
    steps: () => [
        ...openDialog(),
        ...choosePlaybook,
        ...preview(),
        confirm,
        {
            content: "the plans open",
            trigger: `body:not(:has(.modal)) .o_breadcrumb:contains("five sections")`,
        },
        {
            content: "all of them",
            trigger: `.o_list_view .o_pager_limit:contains("100")`,
        },
    ],
});

tours.add("client_development_playbook_walk_again", {
    steps: () => [
        ...openDialog(),
        {
            content: "nothing new",
            trigger: count("line_count", 0),
        },
        {
            content: "everybody is skipped",
            trigger: count("skipped_count", 100),
        },
        {
            content: "and why",
            trigger: `.modal [name="skipped"]:contains("has everything from this playbook already")`,
        },
        confirm,
        {
            content: "nothing was stored",
            trigger: `.o_error_dialog:contains("Nothing is left to do")`,
        },
    ],
});
