// Sends a file by pieces: a broken line goes on from the last byte that is safe at the other end.
(() => {
  "use strict";
  const form = document.querySelector("[data-pieces]");
  if (!form) return;
  const told = form.querySelector("[data-progress]");
  const say = (sentence, wrong = false) => {
    told.textContent = sentence;
    told.className = wrong ? "ss-error__text" : "ss-hint";
  };
  // What was wrong with what was sent before is not wrong with this.
  const forget = () => {
    form.querySelectorAll(".ss-error-summary, .ss-error").forEach((each) => each.remove());
    form.querySelectorAll(".ss-field--error").forEach((each) => each.classList.remove("ss-field--error"));
  };
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token, Accept: "application/json" };

  const call = async (url, options) => {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 30000)) {
      try {
        const answer = await fetch(url, { credentials: "same-origin", ...options });
        if (answer.status < 500) return answer;
      } catch { /* the line is down: try again */ }
      say("La ligne est coupée. L’envoi reprendra tout seul, ne fermez pas cette page.");
      await wait(pause);
    }
  };

  const send = async (file, url, size) => {
    let at = 0;
    for (;;) {
      const answer = await call(url, {
        method: "PUT", body: file.slice(at, at + size),
        headers: { ...headers, "Upload-Offset": String(at), "Content-Type": "application/octet-stream" },
      });
      const said = await answer.json();
      if (!answer.ok && answer.status !== 409) throw new Error(said.detail);
      at = said.received;
      say(`${Math.floor((100 * at) / file.size)} % envoyés`);
      if (said.done) return said.done;
    }
  };

  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("[type=file]").files[0];
    if (!file) return;
    event.preventDefault();
    forget();
    const button = form.querySelector(".ss-button--main");
    button.disabled = true;
    const fields = new FormData();
    fields.set("role", form.querySelector("[name=role]:checked")?.value || "");
    fields.set("language", form.querySelector("[name=language]").value);
    fields.set("name", file.name);
    fields.set("size", String(file.size));
    try {
      const answer = await call(form.dataset.pieces, { method: "POST", body: fields, headers });
      const begun = await answer.json();
      if (!answer.ok) throw new Error(begun.detail);
      window.location.assign(await send(file, begun.url, begun.piece));
    } catch (error) {
      say(error.message || "L’envoi a échoué. Essayez à nouveau.", true);
      button.disabled = false;
    }
  });
})();
