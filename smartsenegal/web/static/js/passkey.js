// Keys and passkeys (WebAuthn): the options come with the page, what the key answers goes back in its form.
(() => {
  "use strict";
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const named = (list) => (list || []).map((item) => ({ ...item, id: toBytes(item.id) }));

  const creation = (given, alone) => ({
    ...given,
    challenge: toBytes(given.challenge),
    user: { ...given.user, id: toBytes(given.user.id) },
    excludeCredentials: named(given.excludeCredentials),
    authenticatorSelection: {
      ...given.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      userVerification: alone ? "required" : "preferred",
    },
  });
  const request = (given) => ({
    ...given,
    challenge: toBytes(given.challenge),
    allowCredentials: named(given.allowCredentials),
  });

  const answerOf = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const given = JSON.parse(form.dataset.passkey);
    const trouble = form.querySelector("[data-trouble]");
    const alone = form.querySelector("input[name=passwordless]");
    form.querySelectorAll("[data-passkey-button]").forEach((button) => {
      button.disabled = false;
      button.addEventListener("click", async () => {
        trouble.textContent = "";
        try {
          const credential = given.creation_options
            ? await navigator.credentials.create({
                publicKey: creation(given.creation_options.publicKey, Boolean(alone && alone.checked)),
              })
            : await navigator.credentials.get({ publicKey: request(given.request_options.publicKey) });
          form.querySelector("input[name=credential]").value = JSON.stringify(answerOf(credential));
          form.submit();
        } catch {
          trouble.textContent = form.dataset.trouble;
        }
      });
    });
  });
})();
