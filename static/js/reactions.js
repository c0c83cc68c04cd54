// A quiet reaction without leaving the place: what stands beside the post is taken from the page that would have come.
document.addEventListener("click", async (event) => {
  const button = event.target.closest('button[form="reactions"]');
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { form, value } = button;
  const list = button.closest(".reactions");
  const words = new FormData(form);
  words.append(button.name, value);
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: words });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(list.id);
    if (!answer.ok || !fresh) throw new Error("not shown");
    document.querySelector(".messages").replaceChildren(...page.querySelectorAll(".messages > *")); // why not, if it was refused
    list.replaceWith(document.adoptNode(fresh));
    fresh.querySelector(`button[value="${value}"]`)?.focus();
  } catch (problem) {
    form.requestSubmit(button); // the ordinary way
  }
});
