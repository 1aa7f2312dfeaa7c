// Predict without loading the page again. Without this file the form works too, only slower.
const form = document.getElementById("form");
const controls = [...form.querySelectorAll("[data-type]")];
const button = form.querySelector("button");

form.noValidate = true; // the service's own words, for people as for programs
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  try {
    const answer = await send(readRow());
    showErrors(answer.errors ?? []);
    showProblem(answer.errors ? "" : (answer.error ?? ""));
    showPrediction(answer.predictions?.[0]);
  } catch {
    showProblem("The service can't be reached.");
  } finally {
    button.disabled = false;
  }
});

async function send(row) {
  const response = await fetch(form.dataset.predict, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(row),
  });
  return response.json();
}

function readRow() {
  const filled = controls.filter((control) => control.value !== "");
  return Object.fromEntries(filled.map((control) => [control.name, readValue(control)]));
}

function readValue(control) {
  if (["category", "datetime"].includes(control.dataset.type)) return control.value;
  try {
    return JSON.parse(control.value);
  } catch {
    return control.value; // the service says what is wrong with it
  }
}

function showErrors(errors) {
  const messages = new Map(errors.map((error) => [error.field, error.message]));
  for (const control of controls) {
    control.toggleAttribute("aria-invalid", false);
    if (messages.has(control.name)) control.setAttribute("aria-invalid", "true");
    document.getElementById(`${control.id}-error`).textContent = messages.get(control.name) ?? "";
  }
  controls.find((control) => messages.has(control.name))?.focus();
  if (messages.has(null)) showProblem(messages.get(null));
}

function showProblem(message) {
  document.getElementById("problem").textContent = message;
}

function showPrediction(answer) {
  document.getElementById("result").hidden = !answer;
  if (!answer) return;
  const { prediction, probabilities } = answer;
  const isNumber = typeof prediction === "number";
  document.getElementById("prediction").textContent = isNumber
    ? String(Number(prediction.toPrecision(6)))
    : prediction;
  const bars = Object.entries(probabilities ?? {}).map(([label, share]) =>
    makeBar(label, share, label === prediction),
  );
  document.getElementById("bars").replaceChildren(...bars);
}

function makeBar(label, share, isChosen) {
  const bar = document.getElementById("bar").content.firstElementChild.cloneNode(true);
  bar.classList.toggle("chosen", isChosen);
  bar.querySelector(".label").textContent = label;
  bar.querySelector("progress").value = share;
  bar.querySelector("progress").setAttribute("aria-label", label);
  bar.querySelector(".share").textContent = `${(share * 100).toFixed(1)} %`;
  return bar;
}
