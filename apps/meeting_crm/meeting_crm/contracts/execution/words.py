"""The words people write in receipts and spreadsheets for what an attendee's record keeps. Pure."""

ETHNICITIES = {
	"Han": "汉", "Mongol": "蒙古", "Hui": "回", "Tibetan": "藏", "Uyghur": "维吾尔", "Miao": "苗", "Yi": "彝", "Zhuang": "壮",
	"Bouyei": "布依", "Korean": "朝鲜", "Manchu": "满", "Dong": "侗", "Yao": "瑶", "Bai": "白", "Tujia": "土家", "Hani": "哈尼",
	"Kazakh": "哈萨克", "Dai": "傣", "Li": "黎", "Lisu": "傈僳", "Wa": "佤", "She": "畲", "Gaoshan": "高山", "Lahu": "拉祜",
	"Sui": "水", "Dongxiang": "东乡", "Nakhi": "纳西", "Jingpo": "景颇", "Kyrgyz": "柯尔克孜", "Tu": "土", "Daur": "达斡尔",
	"Mulao": "仫佬", "Qiang": "羌", "Blang": "布朗", "Salar": "撒拉", "Maonan": "毛南", "Gelao": "仡佬", "Xibe": "锡伯",
	"Achang": "阿昌", "Pumi": "普米", "Tajik": "塔吉克", "Nu": "怒", "Uzbek": "乌孜别克", "Russian": "俄罗斯", "Evenki": "鄂温克",
	"Deang": "德昂", "Bonan": "保安", "Yugur": "裕固", "Jing": "京", "Tatar": "塔塔尔", "Derung": "独龙", "Oroqen": "鄂伦春",
	"Hezhen": "赫哲", "Monba": "门巴", "Lhoba": "珞巴", "Jino": "基诺", "Other": "其他",
}  # fmt: skip

MEANINGS: dict[str, dict[str, tuple[str, ...]]] = {
	"gender": {"Male": ("男", "男士", "先生", "m"), "Female": ("女", "女士", "小姐", "f")},
	"ethnicity": {key: (word, f"{word}族") for key, word in ETHNICITIES.items()},
	"housing": {
		"No Room": ("不住", "不住宿", "自理", "无", "否", "不需要", "无需"),
		"Single": ("单住", "单间", "单人间", "大床房", "大床间", "大床", "单"),
		"Sharing": ("合住", "标间", "双人间", "双床房", "双标", "标准间", "拼房", "双", "合"),
		"Suite": ("套间", "套房", "豪华套"),
	},
	"diet": {
		"Standard": ("普通", "正常", "无", "常规"),
		"Halal": ("清真",),
		"Vegetarian": ("素食", "素", "全素"),
		"Other": ("其他", "其它"),
	},
	"badge_kind": {
		"Delegate": ("代表", "参会", "参会代表"),
		"Guest": ("嘉宾", "贵宾", "演讲嘉宾"),
		"Exhibitor": ("参展", "参展商", "展商"),
		"Staff": ("工作", "工作人员"),
	},
	"fee_paid_by": {"Company": ("单位", "公司", "单位付"), "Self": ("自付", "个人", "自费")},
	"is_family": {"1": ("是", "家属", "夫妻", "√", "yes"), "0": ("否", "no")},
}

HEADINGS = {
	"person_name": ("姓名", "参会人", "参会人员姓名", "代表姓名", "参会代表", "名字", "参会人姓名", "name"),
	"gender": ("性别", "gender", "sex"),
	"ethnicity": ("民族", "ethnicity"),
	"position": ("职务", "职位", "职务职称", "部门及职务", "部门职务", "职称", "position", "title"),
	"mobile": ("手机", "手机号", "手机号码", "移动电话", "联系电话", "联系方式", "电话", "mobile", "phone"),
	"id_number": ("证件号", "身份证", "身份证号", "身份证号码", "证件号码", "id number", "idnumber"),
	"housing": ("住房", "住宿", "住房需求", "住宿需求", "房型", "住宿安排", "住宿标准", "housing", "room"),
	"arrive_on": ("入住", "入住日期", "入住时间", "到达日期", "抵达日期", "报到日期", "arrival", "arrive on", "check-in"),
	"leave_on": ("离店", "离店日期", "离店时间", "退房日期", "返程日期", "离开日期", "departure", "leave on", "check-out"),
	"stay": ("住房时间", "住宿时间", "住宿日期", "住房日期", "入住离店", "入住-离店", "stay"),
	"share_with": ("合住人", "同住人", "拼房人", "shares with", "share with"),
	"is_family": ("家属", "是否家属", "family"),
	"diet": ("用餐", "饮食", "餐饮", "用餐要求", "饮食禁忌", "diet"),
	"badge_kind": ("代表证", "代表证类别", "证件类别", "参会类别", "badge"),
	"fee_paid_by": ("费用承担", "付费方式", "费用", "paid by"),
	"wishes": ("备注", "其他要求", "特殊要求", "说明", "wishes", "notes"),
}  # fmt: skip

UNIT_HEADINGS = {
	"unit_name": ("单位名称", "公司名称", "企业名称", "单位全称", "参会单位", "单位"),
	"address": ("通讯地址", "单位地址", "地址", "联系地址"),
	"handler": ("经办人", "联系人"),
	"handler_mobile": ("经办人手机", "联系人手机", "联系人电话", "经办人电话"),
	"title": ("发票抬头", "开票抬头", "发票抬头全称", "企业发票抬头全称", "开票名称"),
	"tax_number": ("税号", "纳税人识别号", "统一社会信用代码", "信用代码"),
	"courier_address": ("快递地址", "邮寄地址", "发票快递地址", "收件地址"),
	"recipient": ("收件人", "发票收件人"),
}
