import {
    deserializeDate,
    deserializeDateTime,
    toLocaleDateString,
    toLocaleDateTimeString,
} from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** A day of the server, short and in the user's language. */
export function sayDate(day) {
    return day ? toLocaleDateString(deserializeDate(day)) : "";
}

/** A moment of the server in the user's time: only the hour if it is today. */
export function sayMoment(moment) {
    if (!moment) {
        return "";
    }
    const local = deserializeDateTime(moment);
    if (local.hasSame(DateTime.now(), "day")) {
        return local.toLocaleString(DateTime.TIME_SIMPLE);
    }
    return toLocaleDateTimeString(local, { showSeconds: false });
}
