frappe.ui.form.on("Meeting Enterprise", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Affiliates"), () => show_affiliates(frm));
		frm.add_custom_button(__("Other Names"), () => show_aliases(frm));
		if (frappe.perm.has_perm(frm.doctype, 0, "delete"))
			frm.add_custom_button(__("Merge"), () => choose_other(frm));
	},
});

function choose_other(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Merge another company into {0}", [frm.doc.enterprise_name]),
		fields: [
			{
				fieldname: "merged",
				fieldtype: "Link",
				options: "Meeting Enterprise",
				label: __("The Enterprise That Is the Same"),
				reqd: 1,
				only_select: 1,
				get_query: () => ({ filters: { name: ["!=", frm.doc.name] } }),
				filter_description: __("All but {0}", [frm.doc.enterprise_name]),
				onchange: () => show_preview(frm, dialog),
			},
			{ fieldname: "preview", fieldtype: "HTML" },
		],
		primary_action_label: __("Merge"),
		async primary_action({ merged }) {
			const { merge } = await frappe.xcall("meeting_crm.merging.api.merge", {
				kept: frm.doc.name,
				merged,
			});
			dialog.hide();
			meeting_crm.refresh_form(frm);
			const link = `<a href="${frappe.utils.get_form_link("Meeting Enterprise Merge", merge)}">${__(
				"Undo"
			)}</a>`;
			frappe.show_alert({ message: `${__("Merged.")} ${link}`, indicator: "green" }, 15);
		},
	});
	dialog.get_primary_btn().prop("disabled", true);
	dialog.show();
}

async function show_preview(frm, dialog) {
	const merged = dialog.get_value("merged");
	const $preview = dialog.get_field("preview").$wrapper.empty();
	dialog.get_primary_btn().prop("disabled", true);
	if (!merged) return;
	const preview = await frappe.xcall("meeting_crm.merging.api.preview_merge", {
		kept: frm.doc.name,
		merged,
	});
	$preview.html(draw_merge(preview));
	dialog.get_primary_btn().prop("disabled", Boolean(preview.refused));
}

function draw_merge({ kept, merged, moves, conflicts, files, fills, people, refused }) {
	const esc = frappe.utils.escape_html;
	if (refused) return `<div class="alert alert-warning">${refused}</div>`;
	const lines = Object.entries(moves).map(([doctype, count]) =>
		__("{0}: {1} go over", [__(doctype).replace(/^Meeting /, ""), count])
	);
	conflicts.forEach(({ project_name, stays, ends, because }) =>
		lines.push(
			__("In {0} the claim of {1} stays and that of {2} is released, because {3}.", [
				project_name,
				stays,
				ends,
				because,
			])
		)
	);
	files.forEach((holder) =>
		lines.push(
			__("{0} has a file on both and goes on with the one on {1}; the other stays readable.", [
				holder,
				kept.enterprise_name,
			])
		)
	);
	if (fills.length)
		lines.push(
			__("Empty fields are filled: {0}", [
				fills
					.map((field) => frappe.meta.get_label("Meeting Enterprise", field))
					.map(__)
					.join(", "),
			])
		);
	if (people.length) lines.push(__("People are added: {0}", [people.join(", ")]));
	lines.push(__("The name {0} goes on to find {1}.", [merged.enterprise_name, kept.enterprise_name]));
	return `<ul>${lines.map((line) => `<li>${esc(line)}</li>`).join("")}</ul>
		<p class="text-muted">${__("Nothing is lost: the record of the merge can undo it.")}</p>`;
}

async function show_aliases(frm) {
	const esc = frappe.utils.escape_html;
	const dialog = new frappe.ui.Dialog({
		title: __("Other names of {0}", [frm.doc.enterprise_name]),
		fields: [
			{ fieldname: "list", fieldtype: "HTML" },
			{ fieldname: "alias", fieldtype: "Data", label: __("Add a Short or Former Name") },
			{ fieldname: "problem", fieldtype: "HTML" },
		],
		primary_action_label: __("Add"),
		primary_action({ alias }) {
			if (!alias) return;
			meeting_crm.guarded(dialog, async () => {
				await meeting_crm.call("meeting_crm.entry.api.add_alias", {
					enterprise: frm.doc.name,
					alias,
				});
				dialog.get_field("problem").$wrapper.empty();
				dialog.set_value("alias", "");
				draw();
			});
		},
	});
	const draw = async () => {
		const rows = await frappe.xcall("meeting_crm.entry.api.get_aliases", { enterprise: frm.doc.name });
		const $list = dialog.get_field("list").$wrapper.html(
			rows
				.map(
					({ name, alias, source }) => `<div class="mb-2">${esc(
						alias
					)} <span class="text-muted small">${__(source)}</span>
					<button class="btn btn-xs btn-default" data-alias="${name}">${__("Remove")}</button></div>`
				)
				.join("") ||
				`<p class="text-muted">${__(
					"None yet. The duplicate check finds the company under each name you add."
				)}</p>`
		);
		$list.find("[data-alias]").on("click", async (event) => {
			await frappe.xcall("meeting_crm.entry.api.remove_alias", {
				alias: event.currentTarget.dataset.alias,
			});
			draw();
		});
	};
	dialog.show();
	draw();
}

async function show_affiliates(frm) {
	const esc = frappe.utils.escape_html;
	const dialog = new frappe.ui.Dialog({
		title: __("Affiliates of {0}", [frm.doc.enterprise_name]),
		fields: [
			{ fieldname: "list", fieldtype: "HTML" },
			{
				fieldname: "other",
				fieldtype: "Link",
				options: "Meeting Enterprise",
				only_select: 1,
				label: __("Link another company"),
			},
		],
		primary_action_label: __("Link", null, "Verb"),
		async primary_action({ other }) {
			if (!other) return;
			await frappe.xcall("meeting_crm.entry.api.link_affiliates", {
				enterprise: frm.doc.name,
				others: [other],
			});
			dialog.set_value("other", "");
			draw();
			meeting_crm.refresh_form(frm);
		},
	});
	const draw = async () => {
		const rows = await frappe.xcall("meeting_crm.entry.api.get_affiliates", { enterprise: frm.doc.name });
		const $list = dialog.get_field("list").$wrapper.html(
			rows
				.map(
					({
						enterprise,
						enterprise_name,
						status,
					}) => `<div class="mb-2"><a href="${frappe.utils.get_form_link(
						"Meeting Enterprise",
						enterprise
					)}">${esc(enterprise_name)}</a>
					<span class="text-muted small">${__(
						status
					)}</span> <button class="btn btn-xs btn-default" data-enterprise="${enterprise}">${__(
						"Unlink"
					)}</button></div>`
				)
				.join("") ||
				`<p class="text-muted">${__("No affiliates yet. Link companies run by the same people.")}</p>`
		);
		$list.find("[data-enterprise]").on("click", async (event) => {
			await frappe.xcall("meeting_crm.entry.api.unlink_affiliate", {
				enterprise: event.currentTarget.dataset.enterprise,
			});
			draw();
			meeting_crm.refresh_form(frm);
		});
	};
	dialog.show();
	draw();
}
