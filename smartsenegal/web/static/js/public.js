// Comforts of every page. Everything works without them.
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const megabytes = (size) =>
    size < 1e5
      ? `${Math.ceil(size / 1e3)}\u00a0ko`
      : (size / 1e6).toFixed(1).replace(".0", "").replace(".", ",") + "\u00a0Mo";

  // The error summary speaks first.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // One press, one sending: a slow link invites a second one. The button is freed when the page is shown again.
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    const last = sent.get(event.target);
    if (last && Date.now() - last < 3000) event.preventDefault();
    else sent.set(event.target, Date.now());
  });
  addEventListener("pageshow", () => each("form", (form) => sent.delete(form)));

  // Passwords can be read over one's own shoulder.
  each("input[data-reveal]", (input) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ss-button ss-button--secondary";
    const show = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? "Cacher" : "Montrer";
      button.setAttribute("aria-label", (visible ? "Cacher" : "Montrer") + " le mot de passe");
    };
    button.addEventListener("click", () => show(input.type === "password"));
    input.form && input.form.addEventListener("submit", () => show(false));
    show(false);
    input.after(button);
  });

  // A chosen file is shown, and one that is too heavy is said so before it costs the link.
  each(".ss-upload", (block) => {
    const preview = block.querySelector("[data-preview]");
    const limit = Number(block.dataset.maxSize || 0);
    preview.setAttribute("role", "status");
    block.addEventListener("change", (event) => {
      const file = event.target.files && event.target.files[0];
      preview.replaceChildren();
      preview.hidden = !file;
      if (!file) return;
      block.querySelectorAll("input[type=file]").forEach((input) => {
        if (input !== event.target) input.value = "";
      });
      const line = document.createElement("p");
      preview.append(line);
      if (limit && file.size > limit) {
        line.className = "ss-error__text";
        line.textContent = `Ce fichier pèse ${megabytes(file.size)}. Choisissez-en un de ${megabytes(limit)} au plus.`;
        event.target.value = "";
        return;
      }
      line.textContent = `${file.name} (${megabytes(file.size)})`;
      if (/^image\/(jpeg|png|webp)$/.test(file.type)) {
        const image = new Image();
        image.alt = "Aperçu du fichier choisi";
        image.src = URL.createObjectURL(file);
        image.onload = () => URL.revokeObjectURL(image.src);
        image.onerror = () => image.remove(); // empty or disguised: the server says so, a broken picture does not
        preview.append(image);
      }
    });
  });

  // Places are suggested while one types; the server decides in any case.
  each("input[data-places]", (input) => {
    let wait;
    input.addEventListener("input", () => {
      clearTimeout(wait);
      if (input.value.trim().length < 2) return;
      wait = setTimeout(async () => {
        try {
          const answer = await fetch(`${input.dataset.places}?q=${encodeURIComponent(input.value)}`);
          if (!answer.ok) return;
          const options = (await answer.json()).map((place) => new Option(place.context || "", place.label));
          input.list.replaceChildren(...options);
        } catch {
          // No link: the list of the next page will do.
        }
      }, 250);
    });
  });

  // A menu closes with Escape.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") each("details.ss-menu[open]", (menu) => (menu.open = false));
  });
})();
