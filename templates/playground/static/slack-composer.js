// Slack's composer: plain text. Behind a slash stands whatever one likes; the list only helps.

import { Composer } from "./composer.js";
import { make } from "./tree.js";

export class SlackComposer extends Composer {
  typed() {
    const text = this.text;
    const mention = text.match(/(?:^|\s)(@\w*)$/);
    if (mention && "@spasmbot".startsWith(mention[1].toLowerCase()) && mention[1].length < 9) {
      this.suggestions.show([{ name: "@Spasmbot", note: "Ask the bot; you alone see the answer", text: `${text.slice(0, -mention[1].length)}@Spasmbot ` }], { first: 0 });
    } else if (text.startsWith("/")) {
      const found = this.commands.filter((command) => command.usage.startsWith(text.toLowerCase().trimStart()));
      this.suggestions.show(found, found.length ? { heading: [make("span", "", "Spasmbot’s commands")] } : {});
    } else {
      this.suggestions.hide();
    }
  }

  offer(commands) {
    this.commands = commands.map(({ path, description, options }) => ({
      name: `/${path.join(" ")}`,
      typed: options.map((option) => (option.name === "words" ? "…" : `[${option.name}]`)).join(" "),
      note: description,
      usage: `/${path.join(" ")}`,
      text: `/${path.join(" ")}${options.length ? " " : ""}`,
    }));
  }

  take(entry) {
    this.text = entry.text;
    this.suggestions.hide();
    this.input.focus();
  }

  submit() {
    const text = this.text.trim();
    if (!text) return;
    this.text = "";
    this.suggestions.hide();
    this.send("write", { text }, () => { this.text = this.text || text; });
  }
}
