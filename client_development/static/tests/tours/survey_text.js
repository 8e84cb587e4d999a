/** What a client has said is shown as text, in the list of a screen and the cards of a
 *  telephone. */
import { registry } from "@web/core/registry";

const words = `[name="answer_ids"]:contains("<img src=x onerror=")`;

registry.category("web_tour.tours").add("client_development_survey_text", {
    steps: () => [
        {
            content: "the words of the client, mark for mark",
            trigger: words,
        },
        {
            content: "nothing of them was run",
            trigger: words,
            run() {
                const answers = document.querySelector(`[name="answer_ids"]`);
                if (answers.querySelector("img, script, b") || window.clientWordsRun) {
                    throw new Error("the words of the client became a part of the page");
                }
            },
        },
    ],
});
