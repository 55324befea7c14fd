// Asks the playground's server; says what went wrong in one place.

const toast = document.getElementById("toast");
let hiding = 0;

export function tell(message) {
  toast.textContent = message;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 7000);
}

async function answerOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? "The playground could not do that.");
  return answer;
}

export async function get(path, parameters = {}) {
  return answerOf(await fetch(`${path}?${new URLSearchParams(parameters)}`, { cache: "no-store" }));
}

// Do something as a person. Returns the answer, or null after the person was told why it did not work.
export async function act(name, what) {
  try {
    const response = await fetch(`/do/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(what),
    });
    return await answerOf(response);
  } catch (error) {
    tell(error instanceof TypeError ? "The playground does not answer. Is it still running?" : error.message);
    return null;
  }
}
