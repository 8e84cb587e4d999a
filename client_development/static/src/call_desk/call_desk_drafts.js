import { browser } from "@web/core/browser/browser";

const PREFIX = "client_development.call_desk";

/**
 * What was typed on the call desk and is not saved yet, kept in this browser tab.
 *
 * It survives opening another client, another screen or a reload, and goes with the tab.
 */
export class CallDeskDrafts {
    constructor(userId) {
        this.prefix = `${PREFIX}.${userId}`;
    }

    key(item) {
        return `${this.prefix}.${item.model},${item.id}`;
    }

    read(item) {
        return this.load(this.key(item)) || {};
    }

    write(item, draft) {
        this.store(this.key(item), draft);
        this.current = item;
    }

    drop(item) {
        browser.sessionStorage.removeItem(this.key(item));
        const { current } = this;
        if (current && this.key(current) === this.key(item)) {
            this.current = null;
        }
    }

    /** The client that was chosen, or typed for, last. */
    get current() {
        return this.load(`${this.prefix}.current`);
    }

    set current(item) {
        if (item) {
            this.store(`${this.prefix}.current`, { model: item.model, id: item.id });
        } else {
            browser.sessionStorage.removeItem(`${this.prefix}.current`);
        }
    }

    load(key) {
        try {
            return JSON.parse(browser.sessionStorage.getItem(key));
        } catch {
            return null;
        }
    }

    store(key, value) {
        try {
            browser.sessionStorage.setItem(key, JSON.stringify(value));
        } catch {
            // A full or forbidden storage: what was typed still stands on the screen.
        }
    }
}
