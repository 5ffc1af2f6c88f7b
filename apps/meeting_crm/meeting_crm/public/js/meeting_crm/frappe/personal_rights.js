/**
 * The desk works out from roles what it offers for a record type. What was added to or taken from this one person comes
 * with the page: frappe.perm.get_role_permissions gets it applied, as the server applies it to its own function.
 */
export function apply_personal_rights() {
	const from_roles = frappe.perm.get_role_permissions;
	frappe.perm.get_role_permissions = (meta) => {
		const permissions = from_roles(meta);
		const effects = frappe.boot?.meeting_personal_rights?.[meta.name];
		if (!effects) return permissions;
		const base = permissions[0];
		base.rights_without_if_owner ??= new Set();
		Object.entries(effects).forEach(([right, effect]) => {
			base[right] = effect === "Add" ? 1 : 0;
			base.rights_without_if_owner[effect === "Add" ? "add" : "delete"](right);
		});
		return permissions;
	};
}
