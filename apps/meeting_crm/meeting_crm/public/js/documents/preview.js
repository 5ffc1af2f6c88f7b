import { call, esc, method_address } from "./parts.js";

const ASK_AGAIN = 1500;
const PATIENCE = 120;

/** What one version looks like: its pages as pictures that come as one scrolls, the picture itself, or its text. */
export class Preview {
	constructor(parent) {
		this.$element = $('<div class="meeting-preview" tabindex="0"></div>').appendTo(parent);
	}

	async show(document, number) {
		const asked = (this.asked = Symbol(document));
		this.$element.attr("aria-label", __("Preview")).html(waiting(__("Loading…")));
		for (let tries = 0; asked === this.asked && tries < PATIENCE; tries += 1) {
			const state = await call("get_preview", { document, number }).catch((error) => ({
				state: "failed",
				reason: error.message,
			}));
			if (asked !== this.asked) return;
			if (state.state !== "queued") return this.draw(state, document, number);
			this.$element.html(
				waiting(
					tries > 10
						? __("The preview is still being made. You can go on meanwhile.")
						: __("The preview is being made…")
				)
			);
			await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
		}
		if (asked === this.asked)
			this.$element.html(waiting(__("No preview yet. Open the document again later.")));
	}

	draw(state, document, number) {
		if (state.state === "failed") return this.$element.html(waiting(state.reason));
		if (state.state === "none") {
			return this.$element.html(
				waiting(__("There is no preview of this kind of file. Download it to look at it."))
			);
		}
		if (state.kind === "text") return this.$element.html($("<pre></pre>").text(state.text));
		if (state.kind === "picture") {
			const address = method_address("preview_picture", { document, number });
			return this.$element.html(`<img src="${esc(address)}" alt="">`);
		}
		const pages = Array.from({ length: state.pages }, (_, place) => {
			const address = method_address("preview_page", { document, number, page: place + 1 });
			return `<img class="meeting-preview-page" loading="lazy" src="${esc(address)}" alt="${esc(
				__("Page {0}", [place + 1])
			)}">`;
		});
		const more =
			state.all_pages > state.pages
				? `<p class="text-muted">${esc(
						__("{0} of {1} pages are shown. Download the file for the rest.", [
							state.pages,
							state.all_pages,
						])
					)}</p>`
				: "";
		this.$element.html(pages.join("") + more);
	}
}

function waiting(text) {
	return `<p class="meeting-preview-empty text-muted">${esc(text)}</p>`;
}
