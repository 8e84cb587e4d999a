/* The drawn signature of the signing page: optional, sent along with the form. */
(function () {
    "use strict";

    function start() {
        const canvas = document.querySelector(".o_client_sign_canvas");
        if (!canvas) {
            return;
        }
        const field = document.querySelector("input[name='drawing']");
        const pen = canvas.getContext("2d");
        let drawing = false;
        pen.lineWidth = 3;
        pen.lineCap = "round";
        pen.lineJoin = "round";
        pen.strokeStyle = "#1f2a44";

        // the picture has its own size; on the screen it may be smaller
        function place(event) {
            const box = canvas.getBoundingClientRect();
            return [
                ((event.clientX - box.left) * canvas.width) / box.width,
                ((event.clientY - box.top) * canvas.height) / box.height,
            ];
        }

        canvas.addEventListener("pointerdown", (event) => {
            drawing = true;
            canvas.setPointerCapture(event.pointerId);
            pen.beginPath();
            pen.moveTo(...place(event));
            event.preventDefault();
        });
        canvas.addEventListener("pointermove", (event) => {
            if (drawing) {
                pen.lineTo(...place(event));
                pen.stroke();
                field.value = canvas.toDataURL("image/png");
            }
        });
        for (const name of ["pointerup", "pointercancel"]) {
            canvas.addEventListener(name, () => {
                drawing = false;
            });
        }
        document.querySelector(".o_client_sign_clear").addEventListener("click", () => {
            pen.clearRect(0, 0, canvas.width, canvas.height);
            field.value = "";
        });
    }

    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", start);
    } else {
        start();
    }
})();
