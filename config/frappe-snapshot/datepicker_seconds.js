// Frappe uses a build of air-datepicker that knows seconds; the published package stops at minutes.
// This adds them from outside: a third slider, the letters "ss" and "s" in formats, and seconds that are kept.

(($) => {
	const { Constructor, Timepicker } = $.fn.datepicker;
	const twoDigits = Constructor.getLeadingZeroNum;

	function extend(prototype, methods) {
		for (const [name, makeMethod] of Object.entries(methods))
			prototype[name] = makeMethod(prototype[name]);
	}

	extend(Timepicker.prototype, {
		_setTime: (original) =>
			function (date) {
				original.call(this, date);
				this.seconds = date.getSeconds();
			},

		_buildHTML: (original) =>
			function () {
				original.call(this);
				this.$secondsText = $('<span class="datepicker--time-current-seconds">')
					.css({ fontSize: "19px", lineHeight: 1 }) // as the picker's stylesheet has it for hours and minutes
					.insertAfter(this.$minutesText);
				$('<span class="datepicker--time-current-colon">').text(":").insertAfter(this.$minutesText);
				this.$seconds = $('<input type="range" name="seconds" min="0" max="59" step="1">');
				$('<div class="datepicker--time-row">')
					.append(this.$seconds)
					.appendTo(this.$timepicker.find(".datepicker--time-sliders"));
				this.$ranges = this.$timepicker.find('[type="range"]');
				this._updateRanges();
				this._updateCurrentTime();
			},

		_updateCurrentTime: (original) =>
			function () {
				original.call(this);
				this.$secondsText.text(twoDigits(Number(this.seconds)));
			},

		_updateRanges: (original) =>
			function () {
				original.call(this);
				this.$seconds.val(this.seconds);
			},
	});

	extend(Constructor.prototype, {
		formatDate: (original) =>
			function (format, date = this.date) {
				const seconds = (date || this.date).getSeconds();
				const boundary = this._getWordBoundaryRegExp;
				const withSeconds = this._replacer(format, boundary("ss"), twoDigits(seconds));
				return original.call(this, this._replacer(withSeconds, boundary("s"), seconds), date);
			},

		_onClickCell: (original) =>
			function (event, date) {
				if (this.timepicker) date.setSeconds(this.timepicker.seconds);
				original.call(this, event, date);
			},

		_onTimeChange: (original) =>
			function (event, hours, minutes) {
				const { seconds } = this.timepicker;
				if (this.selectedDates.length) {
					this.lastSelectedDate.setSeconds(seconds);
					return original.call(this, event, hours, minutes);
				}
				const date = new Date();
				date.setHours(hours, minutes, seconds);
				if (!this._getCell(date).hasClass("-disabled-")) this.selectDate(date);
			},
	});
})(window.jQuery);
