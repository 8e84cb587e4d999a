import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

import { sayDate, sayMoment } from "./call_desk_words";

const { DateTime } = luxon;
const TICK = 10_000;

/** Who is called: name, telephone, and what time it is where he is. */
export class CallDeskHead extends Component {
    static template = "client_development.CallDeskHead";
    static props = { card: Object, openContact: Function };

    setup() {
        this.sayDate = sayDate;
        this.sayMoment = sayMoment;
        this.state = useState({ now: DateTime.now() });
        onMounted(() => {
            this.timer = browser.setInterval(() => (this.state.now = DateTime.now()), TICK);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get phoneLink() {
        return `tel:${encodeURIComponent(this.props.card.phone.replace(/\s+/g, ""))}`;
    }

    get local() {
        return this.state.now.setZone(this.props.card.clock.tz);
    }

    get clock() {
        return this.local.toLocaleString(DateTime.TIME_SIMPLE);
    }

    get isBadTime() {
        const { earliest, latest } = this.props.card.clock;
        return this.local.hour < earliest || this.local.hour >= latest;
    }

    get clockTitle() {
        const { tz, source } = this.props.card.clock;
        return _t("%(zone)s (%(source)s)", { zone: tz, source });
    }
}
