import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { isMacOS } from "@web/core/browser/feature_detection";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** What came of the call, in one click, or in two where a time or a person is needed. */
export class CallDeskOutcomes extends Component {
    static template = "client_development.CallDeskOutcomes";
    static props = {
        card: Object,
        panel: String,
        saving: Boolean,
        setPanel: Function,
        save: Function,
        saveAnswers: Function,
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ moment: this.nextHour, name: "", phone: "" });
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

    get outcomes() {
        const { card } = this.props;
        return [
            { code: "no_answer", label: _t("No answer"), key: "n", icon: "fa-microphone-slash" },
            { code: "callback", label: _t("Call back"), key: "b", icon: "fa-clock-o", asks: true },
            { code: "refused", label: _t("Refused"), key: "r", icon: "fa-ban" },
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
        ];
    }

    shortcut(key) {
        return isMacOS() ? `⌃${key.toUpperCase()}` : `Alt+${key.toUpperCase()}`;
    }

    press(outcome) {
        if (outcome.asks) {
            this.props.setPanel(this.props.panel === outcome.code ? "" : outcome.code);
        } else {
            this.props.save(outcome.code);
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
        } else if (ev.key === "Enter" && ev.target.tagName === "INPUT") {
            ev.preventDefault();
            confirm();
        }
    }
}
