"""Provinces and prefecture-level places of China, and the counties that follow them in a company name.

A place is set aside when two names are compared by what is their own. Counties are recognised only by
their ending and only after a province or city: stripping bare county names would eat brands such as 荣昌.
"""

import re

PROVINCES = (
	"北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 "
	"四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
).split()

CITIES = (
	"石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安 "
	"太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 "
	"呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善 "
	"沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 "
	"长春 四平 辽源 通化 白山 松原 白城 延边 "
	"哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 "
	"南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 "
	"杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 "
	"合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 "
	"福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 "
	"南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 "
	"济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 莱芜 "
	"郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 "
	"武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架 "
	"长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 "
	"广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 "
	"南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 "
	"海口 三亚 三沙 儋州 "
	"成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 "
	"贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 "
	"昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 "
	"拉萨 日喀则 昌都 林芝 山南 那曲 阿里 "
	"西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 "
	"兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 "
	"西宁 海东 海北 黄南 果洛 玉树 海西 海南藏族自治州 "
	"银川 石嘴山 吴忠 固原 中卫 "
	"乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰 石河子 "
	"台北 新北 高雄 台中 台南 基隆 新竹 嘉义"
).split()

# One province has several peoples in its title, a prefecture up to three: 黔西南布依族苗族自治州.
_PEOPLE = "[\u4e00-\u9fff]{1,6}?族"
_PROVINCE_END = r"(?:壮族|回族|维吾尔)?(?:特别行政区|自治区|省|市)?"
_CITY_END = rf"(?:(?:{_PEOPLE}){{1,3}}自治州|(?:哈萨克|蒙古|柯尔克孜)自治州|自治州|地区|林区|新区|盟|州|市)?"


def _alternatives(names: list[str]) -> str:
	return "|".join(sorted(names, key=len, reverse=True))


PROVINCE = re.compile(rf"(?:{_alternatives(PROVINCES)}){_PROVINCE_END}")
CITY = re.compile(rf"(?:{_alternatives(CITIES)}){_CITY_END}")
COUNTY = re.compile(
	"[\u4e00-\u9fff]{1,14}?自治[县旗]|[\u4e00-\u9fff]{2,5}?[左右前后中]旗|(?!(?:社|园|小|景|地|校|商|特|厂|矿|超|城|都|门|股|上|夜|菜|花)[区市])"
	"[\u4e00-\u9fff]{1,4}?[县区市旗](?![场政民])"
)


def place_length(text: str, start: int = 0) -> int:
	"""Characters of `text` from `start` that name a place: country, province, city, then a county by its ending."""
	end = start
	if text.startswith("中国", end) and len(text) - end > 3:
		end += 2
	for pattern in (PROVINCE, CITY):
		found = pattern.match(text, end)
		if found and len(text) - found.end() >= 2:
			end = found.end()
	if end > start:
		county = COUNTY.match(text, end, min(len(text), end + 18))
		if county and len(text) - county.end() >= 2:
			end = county.end()
	return end - start
