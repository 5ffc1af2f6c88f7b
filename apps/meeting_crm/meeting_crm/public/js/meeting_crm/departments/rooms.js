import { DepartmentScreen, call_execution } from "./department.js";
import { esc, format_day, format_number } from "../format.js";
import { make_search_box } from "../search_box.js";

const MAX_SHOWN = 200;

/** Who sleeps where: on the left who has no room yet, on the right the rooms. A person is chosen, then a room. */
export class RoomPlanScreen extends DepartmentScreen {
	constructor(wrapper) {
		super(wrapper, {
			title: __("Room Plan"),
			watch: ["Meeting Room Guest", "Meeting Room", "Meeting Execution"],
		});
		this.text = "";
		make_search_box({
			parent: this.$top,
			label: __("Search by name"),
			on_search: (text) => {
				this.text = text.toLowerCase();
				this.draw();
			},
		});
		this.page.set_primary_action(__("Propose Rooms"), () => this.propose());
		this.page.add_inner_button(__("New Room"), () => this.add_room());
		this.page.add_inner_button(__("Hotels"), () => frappe.set_route("List", "Meeting Hotel"));
		this.page.add_inner_button(__("Rooms Agreed"), () =>
			frappe.set_route("List", "Meeting Room Block", { project: this.project })
		);
		this.$content.on("click", "[data-action]", (event) => this.handle(event));
	}

	async show() {
		this.plan = await call_execution("get_rooming", { project: this.project });
		this.draw();
	}

	draw() {
		if (!this.plan) return;
		const { rooms, waiting } = this.plan;
		const fits = (...texts) =>
			!this.text || texts.some((text) => (text || "").toLowerCase().includes(this.text));
		const people = waiting.filter((row) => fits(row.person_name, row.unit_name));
		const shown = rooms.filter((room) =>
			fits(
				room.hotel_name,
				room.hotel_number,
				...room.guests.flatMap((guest) => [guest.person_name, guest.unit_name])
			)
		);
		const limit = (rows) =>
			rows.length > MAX_SHOWN
				? __("Only the first {0} are shown. Search for a name.", [MAX_SHOWN])
				: "";
		this.$content.html(`<div class="meeting-rooms">
			<section><header><h4>${esc(__("Without a room"))}</h4><span class="text-muted">${format_number(waiting.length)}</span></header>
				${
					people
						.slice(0, MAX_SHOWN)
						.map((row) => this.draw_person(row))
						.join("") || this.draw_nobody(waiting, rooms)
				}
				<p class="text-muted">${esc(limit(people))}</p></section>
			<section><header><h4>${esc(__("Rooms"))}</h4><span class="text-muted">${format_number(rooms.length)}</span></header>
				<div class="meeting-room-grid">${shown
					.slice(0, MAX_SHOWN)
					.map((room) => this.draw_room(room))
					.join("")}</div>
				<p class="text-muted">${esc(limit(shown))}</p></section></div>`);
	}

	draw_nobody(waiting, rooms) {
		const text = waiting.length
			? __("Nobody fits this search.")
			: rooms.length
				? __("Everybody who asked for a room has one.")
				: __(
						"Nobody has asked for a room yet. People come here when a salesperson submits an execution."
					);
		return `<p class="text-muted">${esc(text)}</p>`;
	}

	draw_person(row) {
		const chosen = this.chosen === row.name;
		const details = [
			__(row.gender || "") || __("Gender Missing"),
			__(row.housing, null, "Meeting Attendee"),
			say_stay(row),
			row.share_with ? __("with {0}", [row.share_with]) : "",
		];
		return `<button class="meeting-room-person ${chosen ? "chosen" : ""}" data-action="choose" data-name="${esc(row.name)}" aria-pressed="${chosen}">
			<b>${esc(row.person_name)}</b> <span class="text-muted">${esc(row.unit_name)}</span><br>
			<span class="${row.gender ? "text-muted" : "meeting-overdue"}">${details.filter(Boolean).map(esc).join(" · ")}</span></button>`;
	}

	draw_room(room) {
		const guests = room.guests.map((guest) => this.draw_guest(guest)).join("");
		const place = this.chosen
			? `<button class="btn btn-default btn-xs" data-action="place" data-name="${esc(room.name)}">${esc(__("Put here"))}</button>`
			: "";
		return `<article class="meeting-room ${room.guests.some(({ flag }) => flag) ? "changed" : ""}">
			<header><a href="/app/meeting-room/${encodeURIComponent(room.name)}">${esc(room.hotel_number || __("Room {0}", [room.room_number]))}</a>
				<span class="text-muted">${esc([room.hotel_name, __(room.room_type)].join(" · "))}</span></header>
			${guests || `<p class="text-muted">${esc(__("Empty"))}</p>`}${place}</article>`;
	}

	draw_guest(guest) {
		const flag = guest.flag
			? `<p><span class="meeting-pill red">${esc(__(guest.flag, null, "Meeting Room Guest"))}</span>
				${guest.wanted ? `<span class="text-muted">${esc(say_stay({ arrive_on: guest.wanted[0], leave_on: guest.wanted[1] }))}</span>` : ""}
				<a data-action="settle" data-name="${esc(guest.name)}">${esc(guest.wanted ? __("Take over") : __("Take out"))}</a></p>`
			: "";
		return `<div class="meeting-room-guest"><div><b>${esc(guest.person_name)}</b> <span class="text-muted">${esc(__(guest.gender || ""))} ${esc(say_stay(guest))}</span></div>
			<a data-action="take_out" data-name="${esc(guest.name)}" title="${esc(__("Take out of the room"))}" aria-label="${esc(__("Take out of the room"))}">×</a>${flag}</div>`;
	}

	handle(event) {
		const { action, name } = event.currentTarget.dataset;
		if (action === "choose") {
			this.chosen = this.chosen === name ? null : name;
			return this.draw();
		}
		if (action === "place") {
			const attendee = this.chosen;
			this.chosen = null;
			return this.act(() => call_execution("place_guest", { attendee, room: name }));
		}
		const method = action === "settle" ? "settle_guest" : "take_out_guest";
		return this.act(() => call_execution(method, { guest: name }));
	}

	add_room() {
		frappe.new_doc("Meeting Room", { project: this.project });
	}

	async propose() {
		if (!this.plan) return;
		if (!this.plan.hotels.length) {
			frappe.msgprint({
				title: __("No Hotel Yet"),
				message: esc(__("Enter the hotel first, then rooms can be proposed.")),
				primary_action: { label: __("New Hotel"), action: () => frappe.new_doc("Meeting Hotel") },
			});
			return;
		}
		const proposal = await call_execution("propose_rooms", { project: this.project });
		this.show_proposal(proposal);
	}

	show_proposal({ rooms, unroomed }) {
		const dialog = new frappe.ui.Dialog({
			title: __("Propose Rooms"),
			size: "large",
			fields: [
				{
					fieldtype: "Select",
					fieldname: "hotel",
					label: __("Hotel"),
					reqd: 1,
					options: this.plan.hotels.map(({ name, hotel_name }) => ({
						value: name,
						label: hotel_name,
					})),
					default: this.plan.hotels[0].name,
				},
				{ fieldtype: "HTML", fieldname: "rooms" },
			],
			primary_action_label: __("Make {0} Rooms", [rooms.length]),
			primary_action: ({ hotel }) => {
				const chosen = dialog.$wrapper
					.find("input[data-room]:checked")
					.toArray()
					.map((input) => rooms[input.dataset.room].map(({ attendee }) => attendee));
				dialog.hide();
				this.act(() =>
					call_execution("apply_rooms", { project: this.project, hotel, rooms: chosen })
				);
			},
		});
		const lines = rooms.map(
			(
				guests,
				place
			) => `<label class="meeting-proposal"><input type="checkbox" data-room="${place}" checked>
				<span>${guests.map((guest) => `<b>${esc(guest.person_name)}</b> <span class="text-muted">${esc([guest.unit_name, __(guest.gender || ""), say_stay(guest)].filter(Boolean).join(" · "))}</span>`).join("<br>")}</span>
				<span class="text-muted">${esc(__(guests[0].housing, null, "Meeting Attendee"))}</span></label>`
		);
		const left = unroomed.length
			? `<p class="meeting-overdue">${esc(
					__("Not placed, because their gender is missing: {0}", [
						unroomed.map(({ person_name }) => person_name).join(", "),
					])
				)}</p>`
			: "";
		dialog.fields_dict.rooms.$wrapper.html(
			left +
				(lines.join("") ||
					`<p class="text-muted">${esc(__("Everybody who asked for a room has one."))}</p>`)
		);
		dialog.get_primary_btn().prop("disabled", !rooms.length);
		dialog.$wrapper.on("change", "input[data-room]", () =>
			dialog
				.get_primary_btn()
				.text(__("Make {0} Rooms", [dialog.$wrapper.find("input[data-room]:checked").length]))
		);
		dialog.show();
	}
}

function say_stay({ arrive_on, leave_on }) {
	return arrive_on && leave_on ? `${format_day(arrive_on)} – ${format_day(leave_on)}` : "";
}
