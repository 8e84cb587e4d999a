/**
 * The call desk (tests/test_call_desk_walk.py): four calls by keyboard only on a desk
 * computer; three by touch on a telephone.
 */
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const head = (contact) => `.o_client_desk_head:contains("${contact}")`;
const ready = `.o_client_desk:has([data-outcome="answered"]:enabled)`;
const outcome = (code) => `.o_client_desk_buttons [data-outcome="${code}"]`;

/** Press the keys one after the other, wherever the focus is. */
const keys = (...pressed) => ({
    async run({ press }) {
        for (const key of pressed) {
            await press(key);
        }
    },
});
const stars = (number) => `[data-type="stars"] .fa-star:eq(${number - 1})`;
const type = (text) => keys(...text);
const focused = (selector) => `${selector}:focus`;
const firstQuestion = ".o_client_desk_question:first-child textarea";

tours.add("client_development_call_desk_keyboard", {
    steps: () => [
        {
            content: "the most urgent client is open, the first question has the focus",
            trigger: `${ready}:has(${head("Vera Holm")}) ${focused(firstQuestion)}`,
            ...type("early"),
        },
        {
            content: "Enter makes a new line in a text box; two further is the rating",
            trigger: focused(firstQuestion),
            ...keys("Enter", "o", "k", "Tab", "Tab"),
        },
        {
            content: "answered without a rating",
            trigger: focused(`[data-type="stars"] input`),
            ...keys("Enter"),
        },
        {
            content: "the message stands at the question, which has the focus",
            trigger: `[data-type="stars"]:has(.o_client_desk_wrong:contains("choose 1 to 5 stars")) input:focus`,
            ...keys("5"),
        },
        {
            content: "five stars; Enter saves",
            trigger: `[data-type="stars"]:has(.fa-star:eq(4)) input[value="5"]:focus`,
            ...keys("Enter"),
        },
        {
            content: "saved, the next client is open by himself",
            trigger: `body:has(.o_notification:contains("1 of 4")) ${head("Bruno Beta")}`,
        },
        {
            content: "nobody answers: the private link",
            trigger: `${ready} ${focused(firstQuestion)}`,
            ...keys("alt+l"),
        },
        {
            content: "he has no address: it says so; the link can be copied",
            trigger: `.o_client_desk_link:contains("no valid e-mail") ${focused('[data-link="copy"]')}`,
            ...keys("Enter"),
        },
        {
            content: "the link stands there; nothing is settled by it",
            trigger: `.o_client_desk_link .o_client_desk_url:value(/client-survey/)`,
            ...keys("Escape"),
        },
        {
            content: "nobody answers",
            trigger: `.o_client_desk:not(:has(.o_client_desk_panel)) ${outcome("no_answer")}`,
            ...keys("alt+n"),
        },
        {
            content: "the next one asks to be called back",
            trigger: `${ready}:has(${head("Greta Gamma")}) ${focused(firstQuestion)}`,
            ...keys("alt+b"),
        },
        {
            content: "in an hour, or tomorrow",
            trigger: focused(`.o_client_desk_panel [data-callback="hour"]`),
            ...keys("Tab"),
        },
        {
            content: "tomorrow",
            trigger: focused(`.o_client_desk_panel [data-callback="morning"]`),
            ...keys("Enter"),
        },
        {
            content: "the next one is the wrong person",
            trigger: `${ready}:has(${head("Dora Delta")}) ${focused(firstQuestion)}`,
            ...keys("alt+w"),
        },
        {
            content: "the client's other contact is offered; the right one is new",
            trigger: focused(".o_client_desk_panel [data-contact]"),
            ...keys("Tab"),
        },
        {
            content: "his name",
            trigger: focused(".o_client_desk_new_name"),
            ...type("dino"),
        },
        {
            content: "on to the telephone",
            trigger: focused(".o_client_desk_new_name"),
            ...keys("Tab", ..."55512", "Enter"),
        },
        {
            content: "the same call goes on with the right person",
            trigger: `${ready}:has(${head("dino")}) .o_client_desk_phone[href="tel:55512"]`,
        },
        {
            content: "a digit is text in a text box, with Alt it is the rating",
            trigger: focused(firstQuestion),
            ...keys("7", "alt+4"),
        },
        {
            content: "four stars, the focus has stayed; refused takes two presses",
            trigger: `${ready}:has(${stars(4)}) ${focused(firstQuestion)}`,
            ...keys("alt+r"),
        },
        {
            content: "the first one only asks",
            trigger: `${outcome("refused")}.btn-danger:contains("Press again"):focus`,
            ...keys("Tab"),
        },
        {
            content: "something else was done: not armed any more; armed again",
            trigger: `.o_client_desk_buttons:has([data-outcome="refused"].btn-secondary)`,
            ...keys("alt+r"),
        },
        {
            content: "by any other key",
            trigger: `${outcome("refused")}.btn-danger`,
            ...keys("Escape"),
        },
        {
            content: "answered after all",
            trigger: `.o_client_desk_buttons:has([data-outcome="refused"].btn-secondary)`,
            ...keys("ctrl+Enter"),
        },
        {
            content: "nobody is left, who was promised is told",
            trigger: `.o_client_desk_empty:contains("Promised next"):contains("Gamma Works")`,
        },
        {
            content: "and the progress",
            trigger: `.o_client_desk_progress:contains("2 of 3")`,
        },
    ],
});

/** Nothing is cut off or has to be scrolled sideways; the outcomes are in reach. */
function checkPhone() {
    const wide = [document.documentElement, ...document.querySelectorAll(".o_client_desk *")];
    for (const element of wide) {
        if (getComputedStyle(element).overflowX === "visible") {
            continue;
        }
        if (element.scrollWidth > element.clientWidth + 1 && !element.matches(".text-truncate")) {
            throw new Error(`wider than the screen: ${element.className}`);
        }
    }
    for (const button of document.querySelectorAll(".o_client_desk_outcomes button")) {
        const box = button.getBoundingClientRect();
        if (box.left < 0 || box.right > window.innerWidth || box.bottom > window.innerHeight) {
            throw new Error(`out of reach: ${button.textContent}`);
        }
    }
}

tours.add("client_development_call_desk_phone", {
    steps: () => [
        {
            content: "open the desk from the list at one row",
            trigger: `.o_kanban_record:contains("Azure Joinery") button[name="action_call"]`,
            run: "click",
        },
        {
            content: "the client, his telephone; everything fits",
            trigger: `${ready}:has(${head("Vera Holm")}) .o_client_desk_phone[href^="tel:"]`,
            run: checkPhone,
        },
        {
            content: "the queue",
            trigger: `.o_client_desk_bar button:contains("Queue")`,
            run: "click",
        },
        {
            content: "stands on the screen; choose another client",
            trigger: `.o_client_desk_item:contains("Beta Works"):visible`,
            run: "click",
        },
        {
            content: "call him back",
            trigger: `${ready}:has(${head("Bruno Beta")}) ${outcome("callback")}`,
            run: "click",
        },
        {
            content: "the moments fit on the screen",
            trigger: `.o_client_desk_panel [data-callback="hour"]`,
            run: checkPhone,
        },
        {
            content: "the second click records it",
            trigger: `.o_client_desk_panel [data-callback="hour"]`,
            run: "click",
        },
        {
            content: "the next client is open: four stars",
            trigger: `${ready}:has(${head("Vera Holm")}) .o_client_desk_star:has(input[value="4"])`,
            run: "click",
        },
        {
            content: "a question that depends on another is not asked yet",
            trigger: `.o_client_desk_questions:not(:contains("What was it?")) select`,
            run: "selectByLabel Yes",
        },
        {
            content: "now it is",
            trigger: `.o_client_desk_question:contains("What was it?") input`,
            run: "edit One lamp",
        },
        {
            content: "answered",
            trigger: `.o_client_desk:has(.fa-star:eq(3)) ${outcome("answered")}`,
            run: "click",
        },
        {
            content: "the wrong person",
            trigger: `${ready}:has(${head("Greta Gamma")}) ${outcome("wrong_contact")}`,
            run: "click",
        },
        {
            content: "fits, too",
            trigger: ".o_client_desk_panel [data-contact]",
            run: checkPhone,
        },
        {
            content: "another contact of the client",
            trigger: ".o_client_desk_panel [data-contact]",
            run: "click",
        },
        {
            content: "is asked; he refuses",
            trigger: `${ready}:has(${head("Gamma Works")}) ${outcome("refused")}`,
            run: "click",
        },
        {
            content: "a slip of the finger settles nothing",
            trigger: `${outcome("refused")}.btn-danger:contains("Press again")`,
            async run() {
                checkPhone();
                await new Promise((resolve) => setTimeout(resolve, 500));
            },
        },
        {
            content: "the second press does",
            trigger: `${outcome("refused")}.btn-danger`,
            run: "click",
        },
        {
            content: "the last client",
            trigger: head("Dora Delta"),
        },
    ],
});
