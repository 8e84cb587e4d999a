import { Component, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { isMacOS } from "@web/core/browser/feature_detection";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { CallDeskLink } from "./call_desk_link";

const { DateTime } = luxon;
// The second half of a double click confirms nothing.
const DOUBLE_CLICK = 400;

/** What came of the call, in one click, or in two where a time or a person is needed. */
export class CallDeskOutcomes extends Component {
    static template = "client_development.CallDeskOutcomes";
    static components = { CallDeskLink };
    static props = {
        card: Object,
        panel: String,
        saving: Boolean,
        setPanel: Function,
        save: Function,
        saveAnswers: Function,
        setLink: Function,
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({
            moment: this.nextHour,
            otherTime: false,
            name: "",
            phone: "",
            armed: "",
        });
        // Whatever else is done takes back the first press of what needs two.
        const onElsewhere = (ev) => this.onElsewhere(ev);
        for (const type of ["keydown", "pointerdown", "input"]) {
            useExternalListener(document, type, onElsewhere, { capture: true });
        }
        useEffect(
            (panel) => {
                const selector = panel ? ".o_client_desk_panel" : null;
                if (selector) {
                    this.root.el.querySelector(`${selector} button, ${selector} input`)?.focus();
                }
            },
            () => [this.props.panel]
        );
    }

    get nextHour() {
        return DateTime.now().plus({ hours: 2 }).startOf("hour").toFormat("yyyy-MM-dd'T'HH:mm");
    }

    get earliest() {
        return DateTime.now().toFormat("yyyy-MM-dd'T'HH:mm");
    }

    get latest() {
        const { callback_days: days } = this.props.card;
        return DateTime.now().plus({ days }).toFormat("yyyy-MM-dd'T'HH:mm");
    }

    get outcomes() {
        const { card } = this.props;
        return [
            { code: "no_answer", label: _t("No answer"), key: "n", icon: "fa-microphone-slash" },
            { code: "callback", label: _t("Call back"), key: "b", icon: "fa-clock-o", asks: true },
            {
                code: "refused",
                label: this.state.armed ? _t("Press again: refused") : _t("Refused"),
                key: "r",
                icon: "fa-ban",
                twice: true,
            },
            {
                code: "wrong_contact",
                label: _t("Wrong contact"),
                key: "w",
                icon: "fa-exchange",
                asks: true,
            },
            ...(card.can_give_up
                ? [{ code: "unreachable", label: _t("Given up"), key: "g", icon: "fa-times" }]
                : []),
            ...(card.link
                ? [{ code: "link", label: _t("Private link"), key: "l", icon: "fa-link", asks: true }]
                : []),
        ];
    }

    shortcut(key) {
        return isMacOS() ? `⌃${key.toUpperCase()}` : `Alt+${key.toUpperCase()}`;
    }

    buttonClass(outcome) {
        if (this.state.armed === outcome.code) {
            return "btn-danger";
        }
        return this.props.panel === outcome.code ? "btn-info" : "btn-secondary";
    }

    press(outcome) {
        if (outcome.asks) {
            this.props.setPanel(this.props.panel === outcome.code ? "" : outcome.code);
        } else if (!outcome.twice) {
            this.props.save(outcome.code);
        } else if (this.state.armed !== outcome.code) {
            this.props.setPanel("");
            this.state.armed = outcome.code;
            this.armedAt = Date.now();
        } else if (Date.now() - this.armedAt > DOUBLE_CLICK) {
            this.props.save(outcome.code);
        }
    }

    onElsewhere(ev) {
        const { armed } = this.state;
        if (!armed || ["Alt", "Control", "Meta", "Shift"].includes(ev.key)) {
            return;
        }
        const button = this.root.el.querySelector(`[data-outcome="${armed}"]`);
        const isKey = ev.type === "keydown";
        const again = isKey
            ? getActiveHotkey(ev) === `alt+${button.dataset.hotkey}` ||
              (ev.target === button && ["Enter", " "].includes(ev.key))
            : button.contains(ev.target);
        if (!again) {
            this.state.armed = "";
        }
    }

    /** In the time zone in which the whole interface shows moments. */
    callBackAt() {
        const moment = DateTime.fromISO(this.state.moment);
        this.props.save("callback", {
            date_callback: moment.isValid ? serializeDateTime(moment) : false,
        });
    }

    askInstead() {
        this.props.save("wrong_contact", {
            contact_name: this.state.name,
            contact_phone: this.state.phone,
        });
    }

    onPanelKeydown(ev, confirm) {
        if (ev.isComposing) {
            return;
        }
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.props.setPanel("");
        } else if (confirm && ev.key === "Enter" && ev.target.tagName === "INPUT") {
            ev.preventDefault();
            confirm();
        }
    }
}
