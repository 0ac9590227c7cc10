"""What the shop's documents are called and say, in each language that a customer may read.

Screens have words of their own for the same things; what a customer signs stands here, beside the code that writes it.
"""

from typing import Final, TypeAlias

from shopfloor.contract.kinds import DocumentKind, Language, PriceRule, Service

Said: TypeAlias = dict[Language, str]


def _in(en: str, hans: str, hant: str) -> Said:
    return {"en": en, "zh-Hans": hans, "zh-Hant": hant}


TITLES: Final[dict[DocumentKind, Said]] = {
    "INTAKE": _in("Repair agreement", "维修协议", "維修協議"),
    "QUOTE": _in("Quote", "维修报价", "維修報價"),
    "SUPPLEMENT": _in("Supplement to the quote", "补充报价", "補充報價"),
    "REPORT": _in("Repair report", "维修报告", "維修報告"),
    "ACCEPT": _in("Acceptance", "签收验收", "簽收驗收"),
    "RETURN_UNREPAIRED": _in("Return without repair", "未维修退还", "未維修退還"),
    "WIPE": _in("Consent to erase all data", "数据清除同意书", "資料清除同意書"),
    "LOANER": _in("Loan of a phone", "备用机借用", "備用機借用"),
    "PROXY": _in("Collection by another person", "委托代取", "委託代取"),
    "WITNESS": _in("Witness note of the manager", "经理见证记录", "經理見證記錄"),
}

MEANINGS: Final[dict[DocumentKind, Said]] = {
    "INTAKE": _in(
        "I hand over this phone for diagnosis. Nothing is repaired before I have signed a quote.",
        "本人将手机交付检测。未签署报价前不进行维修。",
        "本人將手機交付檢測。未簽署報價前不進行維修。",
    ),
    "QUOTE": _in(
        "I order the work below. More than the total is never charged without a new signature.",
        "本人委托以下维修。未经再次签字，收费不超过合计金额。",
        "本人委託以下維修。未經再次簽字，收費不超過合計金額。",
    ),
    "SUPPLEMENT": _in(
        "More was found. I order the work below; it replaces the earlier quote.",
        "发现新的故障。本人委托以下维修，本报价取代此前报价。",
        "發現新的故障。本人委託以下維修，本報價取代此前報價。",
    ),
    "REPORT": _in(
        "This is what was done. It is to be read; no signature is needed.",
        "以下为维修内容，请阅读，无需签字。",
        "以下為維修內容，請閱讀，無需簽字。",
    ),
    "ACCEPT": _in("I have tried the phone and take it back.", "本人已验机并取回手机。", "本人已驗機並取回手機。"),
    "RETURN_UNREPAIRED": _in(
        "I take the phone back as it is, without repair.", "本人取回未维修的手机。", "本人取回未維修的手機。"
    ),
    "WIPE": _in(
        "I agree that all data on this phone is erased. It cannot be brought back.",
        "本人同意清除手机内全部数据，清除后无法恢复。",
        "本人同意清除手機內全部資料，清除後無法恢復。",
    ),
    "LOANER": _in(
        "I borrow the phone below and bring it back, undamaged, when mine is ready.",
        "本人借用以下备用机，取机时完好归还。",
        "本人借用以下備用機，取機時完好歸還。",
    ),
    "PROXY": _in(
        "I collect this phone for its owner, who has agreed.",
        "本人经机主同意代为取机。",
        "本人經機主同意代為取機。",
    ),
    "WITNESS": _in(
        "The customer did not sign. What was seen is written down here by the manager.",
        "顾客未签字。经理在此记录所见情况。",
        "顧客未簽字。經理在此記錄所見情況。",
    ),
}

LABELS: Final[dict[str, Said]] = {
    "repair": _in("Repair", "维修单号", "維修單號"),
    "date": _in("Date", "日期", "日期"),
    "model": _in("Model", "机型", "機型"),
    "imei": _in("IMEI", "IMEI", "IMEI"),
    "engineer": _in("Engineer", "工程师", "工程師"),
    "fault": _in("Fault, in the customer's words", "故障描述", "故障描述"),
    "identity": _in("Identified by", "身份核验", "身分核驗"),
    "data_choice": _in("Data", "数据选择", "資料選擇"),
    "privacy_mode": _in("Privacy mode", "隐私模式", "隱私模式"),
    "accessories": _in("Accessories", "随机配件", "隨機配件"),
    "version": _in("Version", "版本", "版本"),
    "total_cny": _in("Total", "合计", "合計"),
    "old_total_cny": _in("Signed so far", "原合计", "原合計"),
    "change_cny": _in("Change", "变动", "變動"),
    "promised_min": _in("Ready after, minutes", "预计用时（分钟）", "預計用時（分鐘）"),
    "subject_to_check": _in("Subject to warranty check", "待核实保修", "待核實保固"),
    "service_day": _in("Service day", "服务日", "服務日"),
    "repaired": _in("Repaired", "已维修", "已維修"),
    "causes": _in("Causes found", "故障原因", "故障原因"),
    "cap_cny": _in("Signed total", "签字金额", "簽字金額"),
    "payable_cny": _in("To pay", "应付", "應付"),
    "settled_cny": _in("Paid", "已付", "已付"),
    "checker": _in("Checked by", "质检员", "品檢人員"),
    "loaner": _in("Loan phone", "备用机", "備用機"),
    "loaner_model": _in("Its model", "备用机机型", "備用機機型"),
    "loaner_imei": _in("Its IMEI", "备用机 IMEI", "備用機 IMEI"),
}

YES_NO: Final[dict[str, Said]] = {"yes": _in("yes", "是", "是"), "no": _in("no", "否", "否")}

CHOICES: Final[dict[str, dict[str, Said]]] = {
    "identity": {
        "id-card-seen": _in("identity card, seen", "身份证，已核验", "身分證，已核驗"),
        "passport-seen": _in("passport, seen", "护照，已核验", "護照，已核驗"),
        "phone-code": _in("code sent to their phone", "手机验证码", "手機驗證碼"),
        "receipt": _in("receipt of purchase", "购买凭证", "購買憑證"),
        "proxy-code": _in("code of a proxy", "代办人验证码", "代辦人驗證碼"),
    },
    "data_choice": {
        "backed-up": _in("are backed up", "已备份", "已備份"),
        "accepts-loss": _in("may be lost", "接受数据丢失", "接受資料遺失"),
        "no-wipe": _in("must stay", "须保留数据", "須保留資料"),
    },
    "privacy_mode": {"on": _in("on", "已开启", "已開啟"), "off": _in("off", "未开启", "未開啟")},
    "accessories": {
        "case": _in("case", "保护壳", "保護殼"),
        "sim-pin": _in("SIM pin", "取卡针", "取卡針"),
        "sim-card": _in("SIM card", "SIM 卡", "SIM 卡"),
        "charger": _in("charger", "充电器", "充電器"),
        "cable": _in("cable", "数据线", "傳輸線"),
        "stylus": _in("stylus", "手写笔", "手寫筆"),
        "box": _in("box", "包装盒", "包裝盒"),
    },
    "subject_to_check": YES_NO,
    "service_day": YES_NO,
    "repaired": YES_NO,
}
"""Values that are one of a closed list, or, with commas between, several."""

FAULTS: Final[dict[str, Said]] = {
    "BAT": _in("battery worn or swollen", "电池续航差或鼓包", "電池續航差或鼓包"),
    "SCR": _in("screen cracked, or touch dead", "屏幕破裂或触控失灵", "螢幕破裂或觸控失靈"),
    "BCK": _in("back cover cracked", "后盖破裂", "後蓋破裂"),
    "USB": _in("charging or port fault", "充电或接口不良", "充電或連接埠不良"),
    "CAM": _in("camera does not focus, or shakes", "摄像头对焦不准或抖动", "相機鏡頭對焦不準或抖動"),
    "AUD": _in("earpiece, speaker or microphone", "听筒、扬声器或麦克风", "聽筒、揚聲器或麥克風"),
    "MBD": _in("no power, or main board", "不开机或主板故障", "無法開機或主機板故障"),
    "FLD": _in("fold screen or hinge", "折叠屏或铰链", "摺疊螢幕或鉸鏈"),
    "SFT": _in("software, upgrade, data", "软件、系统、数据", "軟體、系統、資料"),
}
"""Of the catalogue that comes with this; another one's codes stand as they are."""

SERVICES: Final[dict[Service, Said]] = {
    "repair": _in("repair", "维修", "維修"),
    "cleaning": _in("cleaning", "清洁", "清潔"),
    "care": _in("care", "保养", "保養"),
    "film": _in("screen film", "贴膜", "保護貼"),
    "diagnosis": _in("diagnosis", "检测", "檢測"),
    "send-out": _in("sending out", "外送维修", "外送維修"),
}

RULES: Final[dict[PriceRule, Said]] = {
    1: _in("rework, free", "返修免费", "返修免費"),
    2: _in("maker's warranty", "厂家保修", "原廠保固"),
    3: _in("fixed price", "一口价", "一口價"),
    4: _in("service day, labour free", "服务日免工费", "服務日免工費"),
    5: _in("list price and labour", "零件价加人工费", "零件價加人工費"),
}

SHOP: Final = _in("Shop", "门店", "門市")
LINES: Final = _in("Work", "维修项目", "維修項目")
PART: Final = _in("part {sku}", "零件 {sku}", "零件 {sku}")
TOTAL: Final = _in("Total of the lines", "项目合计", "項目合計")
ORDERED: Final = _in("to be ordered", "需订货", "需訂貨")
SIGN_HERE: Final = _in("Signature of the customer", "顾客签字", "顧客簽字")
READ_HERE: Final = _in("Read by the customer", "顾客已阅", "顧客已閱")
PAGE: Final = _in("Page {page} of {pages}", "第{page}页，共{pages}页", "第{page}頁，共{pages}頁")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Of English dates."""
DATE: Final = _in("{day} {name} {year}", "{year}年{month}月{day}日", "{year}年{month}月{day}日")
COLON: Final = _in(": ", "：", "：")
COMMA: Final = _in(", ", "、", "、")
BRACKETS: Final = _in(" ({})", "（{}）", "（{}）")
