// The camera reads the seal where the browser knows how; everything works without it.
(() => {
  "use strict";
  const block = document.querySelector("[data-scan]");
  if (!block || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;

  const find = (name) => block.querySelector(`[data-scan-${name}]`);
  const [start, stop, view, video, status, form] = ["start", "stop", "view", "video", "status", "form"].map(find);
  let stream = null;

  const end = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    start.hidden = false;
  };

  const told = (value) => {
    if (value.startsWith("SN1:")) {
      form.elements.seal.value = value;
      end();
      form.submit();
      return true;
    }
    const link = value.match(/\/v\/([0-9A-Z-]{12,16})\/?$/);
    if (link && value.startsWith(location.origin)) {
      status.textContent = "C’est le code en ligne. Visez le grand sceau pour voir toutes les mentions.";
    } else {
      status.textContent = "Ce code n’est pas un sceau. Visez le grand code carré au bas de l’acte.";
    }
    return false;
  };

  const look = async (detector) => {
    if (!stream) return;
    try {
      for (const code of await detector.detect(video)) if (told(code.rawValue)) return;
    } catch {
      // A frame that is not ready yet.
    }
    setTimeout(() => look(detector), 150);
  };

  start.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    } catch {
      view.hidden = false;
      video.hidden = true;
      status.textContent = "La caméra n’est pas accessible. Autorisez-la, ou choisissez une photo ci-dessous.";
      return;
    }
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    view.hidden = false;
    start.hidden = true;
    status.textContent = "Tenez le téléphone au-dessus du sceau, bien à plat.";
    look(new window.BarcodeDetector({ formats: ["qr_code"] }));
  });
  stop.addEventListener("click", end);
  addEventListener("pagehide", end);

  window.BarcodeDetector.getSupportedFormats().then((formats) => {
    block.hidden = !formats.includes("qr_code");
  });
})();
