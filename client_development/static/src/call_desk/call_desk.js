import { Component, onMounted, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { CallDeskContext } from "./call_desk_context";
import { CallDeskDrafts } from "./call_desk_drafts";
import { CallDeskHead } from "./call_desk_head";
import { CallDeskOutcomes } from "./call_desk_outcomes";
import { CallDeskQuestions } from "./call_desk_questions";
import { CallDeskQueue } from "./call_desk_queue";
import { sayMoment } from "./call_desk_words";

const REFRESH = 60_000;
const DESK = "client.call.desk";
// The second half of a double click must not settle the next client.
const PAUSE = 400;

/**
 * The call desk: whom to call, what to ask, what came of it, on one screen.
 *
 * The server decides who is next and keeps one call per opened card; here is only what
 * was typed. It survives leaving the screen (CallDeskDrafts) and every refused save.
 */
export class CallDesk extends Component {
    static template = "client_development.CallDesk";
    static components = {
        CallDeskContext,
        CallDeskHead,
        CallDeskOutcomes,
        CallDeskQuestions,
        CallDeskQueue,
        ControlPanel,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.drafts = new CallDeskDrafts(user.userId);
        this.body = useRef("body");
        this.state = useState({
            queue: { now: [], waiting: [], later: [], done: 0, total: 0, progress: "" },
            card: null,
            answers: {},
            note: "",
            errors: {},
            error: "",
            panel: "",
            saving: false,
            isNew: false,
            showQueue: false,
        });
        onWillStart(() => this.start());
        useEffect(
            () => this.focusFirst(),
            () => [this.state.card && this.state.card.token]
        );
        for (const stars of ["1", "2", "3", "4", "5"]) {
            useHotkey(`alt+${stars}`, () => this.rate(stars), {
                bypassEditableProtection: true,
                isAvailable: () => this.canRate,
            });
        }
        const onKeydown = (ev) => this.onKeydown(ev);
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), REFRESH);
            document.addEventListener("keydown", onKeydown);
        });
        onWillUnmount(() => {
            browser.clearInterval(this.timer);
            browser.clearTimeout(this.pause);
            document.removeEventListener("keydown", onKeydown);
        });
    }

    // -- whom to call ------------------------------------------------------------------

    /** Open what was asked for, else what was being typed, else the next client. */
    async start() {
        this.state.queue = await this.orm.call(DESK, "get_queue", []);
        const { model, id } = this.props.action.params || {};
        const wanted = model ? { model, id } : this.drafts.current;
        if (wanted && (await this.open(wanted, { chosen: true }))) {
            // Coming back to this screen later goes on where it was left.
            this.props.action.params = {};
            return;
        }
        await this.openNext();
    }

    async openNext() {
        const [item] = this.state.queue.now;
        if (item) {
            await this.open(item);
        } else {
            this.show(null);
        }
    }

    /** Show the card of ``item``; what was typed for it before is still there. */
    async open(item, { chosen = false } = {}) {
        const draft = this.drafts.read(item);
        try {
            const args = [item.model, item.id, draft.token || false];
            this.show(await this.orm.call(DESK, "get_card", args), draft);
        } catch (error) {
            if (error instanceof RPCError) {
                this.drafts.drop(item);
                this.notification.add(error.data.message, { type: "warning" });
                return false;
            }
            throw error;
        }
        if (chosen) {
            this.drafts.current = item;
        }
        return true;
    }

    show(card, draft = {}) {
        Object.assign(this.state, {
            card: card || null,
            answers: { ...draft.answers },
            note: draft.note || "",
            errors: {},
            error: "",
            panel: "",
            showQueue: false,
        });
        if (this.body.el) {
            this.body.el.scrollTop = 0;
        }
    }

    toggleQueue() {
        this.state.showQueue = !this.state.showQueue;
    }

    /** What may be done with the private link, after something was done with it. */
    setLink(link) {
        this.state.card.link = link;
    }

    setPanel(panel) {
        this.state.panel = panel;
    }

    async choose(item) {
        await this.open(item, { chosen: true });
    }

    /** Promised call-backs return at their time. */
    async refresh() {
        try {
            this.state.queue = await this.orm.silent.call(DESK, "get_queue", []);
        } catch (error) {
            if (error instanceof ConnectionLostError || error instanceof RPCError) {
                return; // the next minute tries again
            }
            throw error;
        }
        if (!this.state.card && !this.state.saving) {
            await this.openNext();
        }
    }

    get hasQueue() {
        const { now, waiting, later } = this.state.queue;
        return Boolean(now.length || waiting.length || later.length);
    }

    get nextPromise() {
        return sayMoment(this.state.queue.later[0].date_callback);
    }

    // -- what was typed ----------------------------------------------------------------

    setAnswer(question, value) {
        this.state.answers[question.id] = value;
        delete this.state.errors[question.id];
        this.keepDraft();
    }

    setNote(note) {
        this.state.note = note;
        this.keepDraft();
    }

    keepDraft() {
        const { card, answers, note } = this.state;
        this.drafts.write(card, { token: card.token, answers, note });
    }

    /** The questions to ask now: those that depend on an answer wait for it. */
    get questions() {
        const asked = [];
        const given = new Set();
        for (const question of this.state.card.questions) {
            if (question.triggers.length && !question.triggers.some((id) => given.has(id))) {
                continue;
            }
            asked.push(question);
            if (question.type === "simple_choice") {
                given.add(this.state.answers[question.id]);
            }
        }
        return asked;
    }

    // -- what came of it ---------------------------------------------------------------

    saveAnswers() {
        const asked = this.questions.map((question) => [
            question.id,
            this.state.answers[question.id] || "",
        ]);
        return this.save("answered", { answers: Object.fromEntries(asked) });
    }

    async save(outcome, values = {}) {
        const { card, note } = this.state;
        if (!card || this.state.saving || this.state.isNew) {
            return;
        }
        Object.assign(this.state, { saving: true, error: "", errors: {} });
        try {
            const args = [card.model, card.id, outcome, { ...values, note, token: card.token }];
            this.saved(card, await this.orm.call(DESK, "save", args));
        } catch (error) {
            if (error instanceof RPCError) {
                this.state.error = error.data?.message || error.message;
            } else if (error instanceof ConnectionLostError) {
                this.state.error = _t(
                    "Not saved: there is no connection. What you have typed is kept; press again."
                );
            } else {
                throw error;
            }
        } finally {
            this.state.saving = false;
        }
    }

    saved(card, result) {
        if (result.errors) {
            this.state.errors = result.errors;
            const [wrong] = this.questions.filter((question) => result.errors[question.id]);
            this.focusQuestion(wrong);
            return;
        }
        this.drafts.drop(card);
        this.state.queue = result.queue;
        this.closeMessage?.();
        this.closeMessage = this.notification.add(result.message, { type: "success" });
        this.show(result.card);
        this.state.isNew = true;
        this.pause = browser.setTimeout(() => (this.state.isNew = false), PAUSE);
    }

    /** After a refused save: the same client with a new card; what was typed stays. */
    async reopen() {
        const item = this.state.card;
        this.keepDraft();
        if (!(await this.open(item, { chosen: true }))) {
            await this.openNext();
        }
    }

    // -- keyboard ----------------------------------------------------------------------

    isTyping(target) {
        return target.matches?.(
            "textarea, select, [contenteditable=true], input:not([type=radio]):not([type=checkbox])"
        );
    }

    onKeydown(ev) {
        const { card, panel } = this.state;
        const elsewhere = document.querySelector(".modal, .o-dropdown--menu, .o_command_palette");
        if (panel && ev.key === "Escape" && !elsewhere && !ev.isComposing) {
            this.setPanel("");
        }
        if (!card || panel || elsewhere || ev.isComposing || ev.repeat || ev.defaultPrevented) {
            return;
        }
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.saveAnswers();
        } else if (
            /^[1-5]$/.test(ev.key) &&
            !(ev.ctrlKey || ev.metaKey || ev.altKey) &&
            !this.isTyping(ev.target)
        ) {
            if (this.rating) {
                ev.preventDefault();
                this.rate(ev.key);
                this.focusQuestion(this.rating, ev.key);
            }
        }
    }

    get rating() {
        return this.questions.find((question) => question.type === "stars");
    }

    get canRate() {
        const { card, panel, saving, isNew } = this.state;
        return Boolean(card && !panel && !saving && !isNew && this.rating);
    }

    /** From anywhere, also while typing: the focus stays where it is. */
    rate(stars) {
        this.setAnswer(this.rating, stars);
    }

    /** On a telephone the keyboard would cover the client: nothing is focused there. */
    focusFirst() {
        if (this.state.card && !this.env.isSmall) {
            this.focusQuestion(this.questions[0]);
        }
    }

    focusQuestion(question, value) {
        const selector = question
            ? `[data-question="${question.id}"]`
            : ".o_client_desk_outcomes";
        const area = this.body.el?.parentElement?.querySelector(selector);
        const input =
            area?.querySelector(value ? `input[value="${value}"]` : "input[type=radio]:checked") ||
            area?.querySelector("input, textarea, select, button");
        input?.focus();
        area?.scrollIntoView?.({ block: "nearest" });
    }

    openSurveys() {
        return this.action.doAction("client_development.client_survey_action");
    }

    openContact() {
        this.openRecord("res.partner", this.state.card.contact_id);
    }

    openRecord(resModel, resId) {
        const { card } = this.state;
        this.keepDraft();
        this.drafts.current = card;
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("client_development.call_desk", CallDesk);
