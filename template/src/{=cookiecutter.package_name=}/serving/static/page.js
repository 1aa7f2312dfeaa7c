// Predict without loading the page again. Without this file the form works too, only slower.
const form = document.getElementById("form");
const problem = document.getElementById("problem");

form.noValidate = true; // the service's own words, for people as for programs
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    show(await send());
  } catch {
    problem.textContent = "The service can't be reached.";
  } finally {
    form.ariaBusy = "false";
  }
});

async function send() {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.action, { method: "POST", body });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// The answer is the whole page: take over what is new in it.
function show(page) {
  const parts = page.querySelectorAll("[data-fresh]");
  for (const part of parts) {
    const old = document.getElementById(part.id);
    old.hidden = part.hidden;
    old.replaceChildren(...part.childNodes);
  }
  if (parts.length === 0) problem.textContent = page.getElementById("message").textContent;
  for (const control of form.querySelectorAll("input, select")) {
    const isInvalid = page.getElementById(control.id)?.hasAttribute("aria-invalid");
    if (isInvalid) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
  form.querySelector("[aria-invalid]")?.focus();
}
