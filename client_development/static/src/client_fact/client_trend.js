import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Sales by month as columns, the same months of the year before as a line.
 *
 * The last, lighter column is the month that goes on. A click on a month opens its
 * orders.
 */
export class ClientTrend extends Component {
    static template = "client_development.Trend";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas, figures) => {
                if (!canvas || !figures) {
                    return;
                }
                const chart = new Chart(canvas, this.config(figures));
                return () => chart.destroy();
            },
            () => [this.canvasRef.el, this.figures]
        );
    }

    get figures() {
        return this.props.record.data[this.props.name];
    }

    /** For those who cannot see the picture. */
    get description() {
        const { months, currency } = this.figures;
        return months
            .map((month) => `${month.label}: ${formatCurrency(month.amount, currency)}`)
            .join(", ");
    }

    config({ months, currency }) {
        const scheme = cookie.get("color_scheme");
        const color = getColor(3, scheme, "odoo");
        const before = getCustomColor(scheme, "#5f6b7a", "#b0b7c3");
        const grid = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
        const text = getCustomColor(scheme, "#111827", "#E4E4E4");
        return {
            data: {
                labels: months.map((month) => month.label.split(" ")),
                datasets: [
                    {
                        type: "line",
                        label: _t("A year before"),
                        data: months.map((month) => month.before),
                        borderColor: before,
                        backgroundColor: before,
                        borderWidth: 2,
                        borderDash: [5, 3],
                        pointRadius: 2,
                    },
                    {
                        type: "bar",
                        label: _t("Sales"),
                        data: months.map((month) => month.amount),
                        backgroundColor: months.map((month) =>
                            hexToRGBA(color, month.open ? 0.25 : 0.55)
                        ),
                    },
                ],
            },
            options: {
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                onClick: (_event, elements) => {
                    if (elements.length) {
                        this.openMonth(months[elements[0].index].month);
                    }
                },
                plugins: {
                    legend: {
                        display: true,
                        position: "bottom",
                        reverse: true,
                        labels: {
                            color: text,
                            usePointStyle: true,
                            pointStyleWidth: 18,
                            generateLabels: (chart) => this.legendLabels(chart),
                        },
                    },
                    tooltip: {
                        callbacks: {
                            title: ([item]) => this.monthTitle(months[item.dataIndex]),
                            label: (item) =>
                                `${item.dataset.label}: ${formatCurrency(item.raw, currency)}`,
                        },
                    },
                },
                scales: {
                    y: {
                        beginAtZero: true,
                        grid: { color: grid },
                        border: { display: false },
                        ticks: {
                            color: text,
                            maxTicksLimit: 5,
                            callback: (value) =>
                                formatCurrency(value, currency, {
                                    humanReadable: true,
                                    noSymbol: true,
                                    digits: [16, 0],
                                }),
                        },
                    },
                    x: { grid: { display: false }, ticks: { color: text } },
                },
            },
        };
    }

    /** A line stands for the line, a box for the columns. */
    legendLabels(chart) {
        const { generateLabels } = Chart.defaults.plugins.legend.labels;
        return generateLabels(chart).map((label) => {
            const isLine = chart.data.datasets[label.datasetIndex].type === "line";
            return { ...label, pointStyle: isLine ? "line" : "rect", lineWidth: isLine ? 2 : 0 };
        });
    }

    monthTitle(month) {
        if (month.open) {
            return _t("%s, so far", month.label);
        }
        return month.corrected ? _t("%s, corrected", month.label) : month.label;
    }

    async openMonth(month) {
        const action = await this.orm.call("client.fact", "action_view_month_orders", [
            [this.props.record.resId],
            month,
        ]);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("client_trend", {
    component: ClientTrend,
    supportedTypes: ["json"],
});
