import { Component } from "@odoo/owl";
import { isMacOS } from "@web/core/browser/feature_detection";

/**
 * The questions of one call, each with the input that suits it.
 *
 * Enter saves; in a text box, where it makes a new line, Ctrl+Enter does.
 */
export class CallDeskQuestions extends Component {
    static template = "client_development.CallDeskQuestions";
    static props = {
        questions: Array,
        answers: Object,
        errors: Object,
        note: String,
        longest: Number,
        setAnswer: Function,
        setNote: Function,
        save: Function,
    };

    answer(question) {
        return this.props.answers[question.id] || "";
    }

    inputType(question) {
        return question.type === "date" ? "date" : "text";
    }

    /** Numbers are read by the server, with spaces and commas: here only the keys. */
    inputMode(question) {
        return question.type === "numerical_box" ? "decimal" : undefined;
    }

    get ratingKeys() {
        return isMacOS() ? "⌃1–5" : "Alt+1–5";
    }

    isLit(question, value) {
        return Number(this.answer(question)) >= Number(value);
    }

    isScale(question) {
        return ["stars", "scale"].includes(question.type);
    }

    set(question, value) {
        this.props.setAnswer(question, value);
    }

    /** A date is one only when it is complete. */
    onInput(ev, question) {
        if (ev.target.type === "text") {
            this.set(question, ev.target.value);
        }
    }

    onKeydown(ev, question) {
        if (ev.isComposing || ev.repeat || ev.altKey) {
            return;
        }
        if (ev.key === "Enter" && question && ev.target.tagName !== "TEXTAREA") {
            // A date typed last is given before the answers are sent.
            if (ev.target.type !== "radio") {
                this.set(question, ev.target.value);
            }
            if (!ev.ctrlKey && !ev.metaKey) {
                ev.preventDefault();
                this.props.save();
            }
        } else if (
            question?.type === "scale" &&
            question.choices.some(([value]) => value === ev.key)
        ) {
            ev.preventDefault();
            this.set(question, ev.key);
        }
    }
}
