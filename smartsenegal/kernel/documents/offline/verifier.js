// Checks a seal without network: its signature (Ed25519), the dates of its key, and the list of revoked acts.
// Formats: base45 (RFC 9285), CBOR (RFC 8949), COSE_Sign1 (RFC 9052). `SEALS` is written in when the file is made.
(() => {
  "use strict";
  const PREFIX = "SN1:";
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const textBytes = (words) => new TextEncoder().encode(words);
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  class Refused extends Error {}

  // --- base45 and CBOR ----------------------------------------------------------------

  const base45 = (words) => {
    const digits = Array.from(words, (c) => DIGITS.indexOf(c));
    if (digits.some((d) => d < 0) || digits.length % 3 === 1) return null;
    const out = [];
    for (let i = 0; i < digits.length; i += 3) {
      const [a, b, c = -1] = digits.slice(i, i + 3);
      const value = a + b * 45 + (c < 0 ? 0 : c * 2025);
      if (value > (c < 0 ? 255 : 65535)) return null;
      if (c >= 0) out.push(value >> 8);
      out.push(value & 255);
    }
    return Uint8Array.from(out);
  };

  const decode = (bytes) => {
    let at = 0;
    const take = (count) => {
      if (at + count > bytes.length) throw new Refused();
      at += count;
      return bytes.subarray(at - count, at);
    };
    const number = (info) => {
      if (info < 24) return info;
      if (info > 27) throw new Refused();
      const value = take(1 << (info - 24)).reduce((total, byte) => total * 256 + byte, 0);
      if (value > Number.MAX_SAFE_INTEGER) throw new Refused();
      return value;
    };
    const item = (depth) => {
      if (depth > 8) throw new Refused();
      const [head] = take(1);
      const count = number(head & 31);
      switch (head >> 5) {
        case 0: return count;
        case 1: return -1 - count;
        case 2: return take(count);
        case 3: return new TextDecoder("utf-8", { fatal: true }).decode(take(count));
        case 4: return Array.from({ length: count }, () => item(depth + 1));
        case 5: {
          const map = new Map();
          for (let i = 0; i < count; i += 1) {
            const key = item(depth + 1);
            if (map.has(key)) throw new Refused();
            map.set(key, item(depth + 1));
          }
          return map;
        }
        case 6: return { tag: count, value: item(depth + 1) };
        default: throw new Refused();
      }
    };
    const value = item(0);
    if (at !== bytes.length) throw new Refused();
    return value;
  };

  const head = (major, count) => {
    if (count < 24) return [(major << 5) | count];
    if (count < 256) return [(major << 5) | 24, count];
    if (count < 65536) return [(major << 5) | 25, count >> 8, count & 255];
    return [(major << 5) | 26, (count >>> 24) & 255, (count >>> 16) & 255, (count >>> 8) & 255, count & 255];
  };
  const binary = (bytes) => join(head(2, bytes.length), bytes);
  const words = (text) => join(head(3, textBytes(text).length), textBytes(text));

  // --- signatures -----------------------------------------------------------------------

  const open = async (message, context) => {
    const { tag, value } = decode(message);
    if (tag !== 18 || !Array.isArray(value) || value.length !== 4) throw new Refused();
    const [protectedHeader, , payload, signature] = value;
    const whole = join(head(6, 18), head(4, 4), binary(protectedHeader), [0xa0], binary(payload), binary(signature));
    if (!same(whole, message)) throw new Refused();
    const kid = protectedHeader.subarray(-4);
    if (!same(protectedHeader, join([0xa2, 0x01, 0x27, 0x04, 0x44], kid))) throw new Refused();
    const key = SEALS.keys.find((known) => known.kid === hex(kid));
    if (!key) throw new Refused("unknown");
    const signed = join(
      head(4, 4), words("Signature1"), binary(protectedHeader), binary(textBytes(context)), binary(payload),
    );
    const imported = await crypto.subtle.importKey("raw", bytesOf(key.public), { name: "Ed25519" }, false, ["verify"]);
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, signed))) throw new Refused();
    return { key, plain: decode(payload) };
  };

  const wasValid = (key, seconds) =>
    Date.parse(key.not_before) <= seconds * 1000 && seconds * 1000 <= Date.parse(key.not_after);

  const isRevoked = async (reference, list) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", textBytes(reference))).subarray(0, 8);
    for (let i = 0; i < list.length; i += 8) if (same(list.subarray(i, i + 8), digest)) return true;
    return false;
  };

  const openSeal = async (scanned) => {
    const text = scanned.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
    for (const padding of ["", " ", "  "]) {
      const message = base45(text.slice(PREFIX.length) + padding);
      if (!message) continue;
      try {
        return await open(message, "smartsenegal seal 1");
      } catch (error) {
        if (!(error instanceof Refused) || error.message || padding === "  ") throw error;
      }
    }
    throw new Refused();
  };

  // --- the answer --------------------------------------------------------------------------

  const when = new Intl.DateTimeFormat("fr", { dateStyle: "long", timeStyle: "short", timeZone: "Africa/Dakar" });
  const dayOf = new Intl.DateTimeFormat("fr", { dateStyle: "long", timeZone: "UTC" });
  const shown = (value) => (value && value.tag === 100 ? dayOf.format(new Date(value.value * 86400000)) : String(value));

  const check = async (scanned) => {
    if (!scanned.trim().startsWith(PREFIX)) {
      return { state: "unclear", told: ["Ce texte n’est pas un sceau\u00a0: il doit commencer par SN1:."] };
    }
    let opened;
    try {
      opened = await openSeal(scanned);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return error.message === "unknown"
        ? { state: "forged", told: ["Ce sceau est signé par une clé inconnue. Si ce fichier est ancien, téléchargez-le à nouveau."] }
        : { state: "forged", told: ["La signature de ce sceau est fausse\u00a0: l’acte a été modifié ou fabriqué."] };
    }
    const { key, plain } = opened;
    const [number, issued, reference, fields] = [1, 2, 3, 4].map((name) => plain.get(name));
    if (!wasValid(key, issued)) {
      return { state: "forged", told: ["Ce sceau porte une date où sa clé n’était pas valable."] };
    }
    const rows = [["Numéro", number], ...Array.from(fields, ([label, value]) => [label, shown(value)])];
    rows.push(["Délivré le", when.format(new Date(issued * 1000))]);
    const list = await open(bytesOf(SEALS.revocations), "smartsenegal revocations 1");
    const made = when.format(new Date(list.plain.get(1) * 1000));
    if (await isRevoked(reference, list.plain.get(3))) {
      return { state: "revoked", told: [`Cet acte est sur la liste des actes révoqués du ${made}.`], rows };
    }
    const told = [`Le sceau est authentique. L’acte n’est pas révoqué d’après la liste du ${made}.`];
    if (Date.now() > list.plain.get(2) * 1000) {
      told.push("Cette liste est périmée\u00a0: téléchargez ce vérificateur à nouveau dès que vous avez du réseau.");
    }
    return { state: "genuine", told, rows };
  };

  const TITLES = {
    genuine: "Acte authentique", forged: "Acte non authentique", revoked: "Acte révoqué", unclear: "Vérification impossible",
  };
  const find = (id) => document.getElementById(id);
  const add = (parent, name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    parent.append(made);
    return made;
  };

  const show = ({ state, told, rows = [] }) => {
    const answer = find("answer");
    answer.replaceChildren();
    answer.className = state;
    add(answer, "h2", TITLES[state]);
    for (const sentence of told) add(answer, "p", sentence);
    if (rows.length) {
      add(answer, "p", "Comparez ces mentions avec l’acte que vous tenez\u00a0: la moindre différence le rend faux.");
      const list = add(answer, "dl");
      for (const [label, value] of rows) {
        add(list, "dt", label);
        add(list, "dd", value);
      }
    }
    answer.focus();
  };

  const submit = async () => {
    try {
      show(await check(find("seal").value));
    } catch {
      show({ state: "unclear", told: ["Ce navigateur ne sait pas vérifier les signatures Ed25519\u00a0: mettez-le à jour, ou utilisez un autre."] });
    }
  };

  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  // --- the camera, where the browser reads codes ------------------------------------------------

  if ("BarcodeDetector" in window) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const found = async (source) => {
      const seal = (await detector.detect(source)).map((code) => code.rawValue).find((v) => v.startsWith(PREFIX));
      if (!seal) return false;
      find("seal").value = seal;
      await submit();
      return true;
    };
    find("photo-block").hidden = false;
    find("photo").addEventListener("change", async (event) => {
      const [file] = event.target.files;
      if (!file) return;
      try {
        if (await found(await createImageBitmap(file))) return;
      } catch {
        // Not an image: the same sentence helps.
      }
      show({ state: "unclear", told: ["Aucun sceau n’a été trouvé sur cette image\u00a0: photographiez-le de près, bien à plat."] });
    });
  }
  find("made").textContent = when.format(new Date(SEALS.made));
})();
