const TEXT = 1;
const NUMBER = 2;
const YES_OR_NO = 3;
const KEPT_AS_TEXT = 4;
const LONG_NUMBER = /^\d{12,}$/;
const LEADING_ZERO = /^0\d+$/;
const DAY = /^(\d{4})年(\d{1,2})月(\d{1,2})日$/;
const AMOUNT = /^[￥¥]\s?[\d,]+(\.\d+)?$/;
const DAY_PATTERN = 'yyyy"年"m"月"d"日"';
const AMOUNT_PATTERN = '"¥"#,##0.00';
const DAYS_BEFORE_1970 = 25569;
const MILLISECONDS = 24 * 60 * 60 * 1000;

/** What somebody typed, where the editor would take it for something else: identity numbers and leading zeros stay text. */
export function read_typed(cell) {
	const text = String(cell?.v ?? "").trim();
	if (LONG_NUMBER.test(text) || LEADING_ZERO.test(text)) return { ...cell, v: text, t: KEPT_AS_TEXT };
	const day = DAY.exec(text);
	if (day) {
		const [year, month, number] = day.slice(1).map(Number);
		const moment = new Date(Date.UTC(year, month - 1, number));
		if (moment.getUTCMonth() !== month - 1) return null;
		return with_pattern(cell, moment / MILLISECONDS + DAYS_BEFORE_1970, DAY_PATTERN);
	}
	if (AMOUNT.test(text)) return with_pattern(cell, Number(text.replace(/[￥¥,\s]/g, "")), AMOUNT_PATTERN);
	return null;
}

function with_pattern(cell, number, pattern) {
	const style = typeof cell.s === "object" ? cell.s : {};
	return { ...cell, v: number, t: NUMBER, s: { ...style, n: { pattern } } };
}

/** {v, f, pattern} of a cell as it stands in the editor. `place`: id of the sheet, row and column from 0. */
export function get_content(book, [sheet, row, column]) {
	const range = book.getSheetBySheetId(sheet).getRange(row, column);
	const cell = range.getCellData() || {};
	return {
		v: read_value(cell),
		f: range.getFormula() || null,
		pattern: range.getCellStyleData?.()?.n?.pattern || null,
	};
}

function read_value(cell) {
	if (cell.p?.body) return cell.p.body.dataStream.replace(/\r\n$/, "").replace(/\r/g, "\n");
	if (cell.v === undefined || cell.v === null || cell.v === "") return null;
	if (cell.t === YES_OR_NO) return Boolean(Number(cell.v));
	if (cell.t === TEXT || cell.t === KEPT_AS_TEXT) return String(cell.v);
	return cell.t === NUMBER ? Number(cell.v) : cell.v;
}

function get_stored(stored, [sheet, row, column]) {
	const cell = stored.sheets[sheet].cellData[row]?.[column] || {};
	const style = typeof cell.s === "string" ? stored.styles[cell.s] : cell.s;
	return { v: read_value(cell), f: cell.f || null, pattern: cell.pattern || style?.n?.pattern || null };
}

/** Of the cells at `places` those that differ from what is stored: [{place, content, change: what the server takes}]. */
export function find_changes(book, stored, places) {
	return places
		.map((place) => ({ place, now: get_content(book, place), before: get_stored(stored, place) }))
		.filter(({ now, before }) => !is_same(now, before))
		.map(({ place, now, before }) => {
			const [sheet, row, column] = place;
			const has_format = now.pattern && now.pattern !== before.pattern;
			return {
				place,
				content: { ...now, t: typeof now.v === "string" ? KEPT_AS_TEXT : undefined },
				change: {
					sheet: stored.sheets[sheet].name,
					row: row + 1,
					column: column + 1,
					value: now.v,
					formula: now.f,
					only_result: Boolean(now.f && now.f === before.f && !has_format),
					pattern: has_format ? now.pattern : null,
				},
			};
		});
}

function is_same(now, before) {
	return now.v === before.v && now.f === before.f && (now.pattern || null) === (before.pattern || null);
}
