import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

const DESK = "client.call.desk";

/**
 * The private link of the client on the telephone, sent by e-mail or copied.
 *
 * It settles nothing: what came of the call is pressed as well.
 */
export class CallDeskLink extends Component {
    static template = "client_development.CallDeskLink";
    static props = { card: Object, setLink: Function };

    setup() {
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState({ url: "" });
        useEffect(
            () => this.focus(".o_client_desk_url"),
            () => [this.state.url]
        );
    }

    async send() {
        const result = await this.ask("send_link");
        if (result) {
            this.notification.add(result.message, { type: "success" });
            this.props.setLink(result.link);
            this.focus("[data-link=copy]"); // the pressed button has gone
        }
    }

    focus(selector) {
        this.root.el?.querySelector(selector)?.focus();
    }

    /** Where the browser copies nothing by itself, the link stands there selected. */
    async copy() {
        const result = await this.ask("get_link");
        if (!result) {
            return;
        }
        this.state.url = result.url;
        try {
            await browser.navigator.clipboard.writeText(result.url);
            this.notification.add(_t("The link is copied."), { type: "success" });
        } catch {
            // It stands on the screen, selected.
        }
    }

    async ask(method) {
        if (this.busy) {
            return null;
        }
        const { model, id, token } = this.props.card;
        this.busy = true;
        try {
            return await this.orm.call(DESK, method, [model, id, token]);
        } catch (error) {
            if (error instanceof RPCError) {
                this.notification.add(error.data?.message || error.message, { type: "danger" });
            } else if (error instanceof ConnectionLostError) {
                this.notification.add(_t("There is no connection. Press again."), {
                    type: "danger",
                });
            } else {
                throw error;
            }
            return null;
        } finally {
            this.busy = false;
        }
    }
}
