// What htmx does not do by itself: files that are dropped, how far an upload is, and a list to search.
"use strict";

const problem = document.getElementById("problem");
let sending = 0;

function say(text) {
  const box = document.createElement("div");
  box.className = "problem";
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  problem.replaceChildren(box);
  problem.scrollIntoView({ block: "center" });
}

function megabytes(bytes) {
  return (bytes / 1048576).toLocaleString("en", { maximumFractionDigits: bytes < 10485760 ? 1 : 0 }) + " MB";
}

function files(form) {
  return [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
}

function showChosen(form) {
  const place = form.querySelector(".chosen");
  if (place) place.textContent = files(form).map((file) => file.name).join(", ");
}

for (const form of document.querySelectorAll("form.drop")) {
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector(".sending");
  let inside = 0;
  form.addEventListener("dragenter", () => { inside += 1; form.classList.add("over"); });
  form.addEventListener("dragleave", () => { inside -= 1; if (!inside) form.classList.remove("over"); });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    form.classList.remove("over");
    if (!event.dataTransfer.files.length || bar.checkVisibility()) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => showChosen(form));
  form.addEventListener("htmx:beforeRequest", (event) => {
    const chosen = files(form);
    const total = chosen.reduce((sum, file) => sum + file.size, 0);
    problem.replaceChildren();
    if (!chosen.length) {
      event.preventDefault();
      say("Choose the files to upload first.");
    } else if (total > Number(form.dataset.most)) {
      event.preventDefault();
      input.value = "";
      say(`These files have ${megabytes(total)}, and ${megabytes(Number(form.dataset.most))} is the most. `
        + "Pack them as zip or gzip, or split them by year.");
    } else {
      sending += 1;
      bar.hidden = false;
      form.classList.add("busy");
    }
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { lengthComputable, loaded, total } = event.detail;
    if (!lengthComputable || bar.hidden) return;
    bar.querySelector("progress").value = (100 * loaded) / total;
    // Said in tenths, so that a screen reader is not kept talking.
    const tenth = Math.floor((10 * loaded) / total) * 10;
    const text = loaded < total ? `${tenth} % of ${megabytes(total)} sent` : "Sent. The server takes it in …";
    const status = bar.querySelector("[role=status]");
    if (status.textContent !== text) status.textContent = text;
  });
  form.addEventListener("htmx:sendError", () =>
    say("The connection broke off, or the server refused the upload. Try again; if it fails again, tell whoever operates Paidnet."));
  form.addEventListener("htmx:afterRequest", (event) => {
    if (!form.classList.contains("busy")) return;
    sending -= 1;
    if (event.detail.successful) return;
    bar.hidden = true;
    form.classList.remove("busy");
    input.value = "";
    showChosen(form);
  });
}

// A file that misses its place would replace the page.
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => event.preventDefault());
}

window.addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});

document.getElementById("find")?.addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const form of document.querySelectorAll(".companies form")) {
    form.closest("li").hidden = !form.dataset.find.includes(wanted);
  }
});

// What a screen reader is told of an upload: its state, and how far that is, in quarters.
document.addEventListener("htmx:afterSettle", () => {
  const place = document.getElementById("announced");
  const said = document.getElementById("said");
  if (!place || !said) return;
  const bar = document.querySelector("#state progress[value]");
  const quarter = bar ? `: ${Math.floor(bar.value / 25) * 25} %` : "";
  if (place.textContent !== said.textContent + quarter) place.textContent = said.textContent + quarter;
});

document.addEventListener("htmx:beforeSwap", () => problem.replaceChildren());
