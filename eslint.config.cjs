const js = require("@eslint/js");
const globals = require("globals");

// What Frappe's desk puts on every page.
const desk = Object.fromEntries(
	["frappe", "meeting_crm", "__", "$", "jQuery", "moment", "cur_frm", "cur_page", "cur_list", "locals", "flt", "cint", "cstr", "strip_html", "format_currency", "in_list"].map(
		(name) => [name, "readonly"]
	)
);

module.exports = [
	{ ignores: ["apps/frappe/**", "**/dist/**", "**/node_modules/**"] },
	js.configs.recommended,
	{
		files: ["apps/meeting_crm/**/*.js"],
		languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.browser, ...desk } },
		rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }], eqeqeq: ["error", "smart"], "prefer-const": "error" },
	},
	{
		files: ["config/**/*.mjs", "config/**/socketio.js", "tests/**/*.mjs", "apps/meeting_crm/editors/*.mjs"],
		languageOptions: { ecmaVersion: 2022, globals: globals.node },
	},
	{ files: ["tests/unit/desk/*.mjs"], languageOptions: { globals: { moment: "readonly", window: "readonly" } } },
	{
		files: ["config/**/socketio.js", "apps/meeting_crm/realtime/*.js"],
		languageOptions: { sourceType: "commonjs", globals: globals.node },
	},
	{ files: ["config/**/datepicker_seconds.js"], languageOptions: { sourceType: "script", globals: globals.browser } },
];
