"""What stands on the shop's documents: readable text in the customer's language, page by page.

The same request gives the same bytes: nothing here knows the time. Values come from the floor; a value without a label
of ours is shown under its own name rather than left out.
"""

from typing import Final, TypeAlias

from shopfloor.contract.commands import RenderDocument
from shopfloor.contract.kinds import DocumentKind, Language, PriceRule, QuoteLine

PAGE_BREAK: Final = "\f"
LINES_A_PAGE: Final = 34
INNER: Final = ("template", "document")
"""Values that are not for the reader."""

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
    "total_cny": _in("Total, CNY", "合计（元）", "合計（元）"),
    "old_total_cny": _in("Signed so far, CNY", "原合计（元）", "原合計（元）"),
    "change_cny": _in("Change, CNY", "变动（元）", "變動（元）"),
    "promised_min": _in("Ready after, minutes", "预计用时（分钟）", "預計用時（分鐘）"),
    "subject_to_check": _in("Subject to warranty check", "待核实保修", "待核實保固"),
    "service_day": _in("Service day", "服务日", "服務日"),
    "repaired": _in("Repaired", "已维修", "已維修"),
    "causes": _in("Causes found", "故障原因", "故障原因"),
    "cap_cny": _in("Signed total, CNY", "签字金额（元）", "簽字金額（元）"),
    "payable_cny": _in("To pay, CNY", "应付（元）", "應付（元）"),
    "settled_cny": _in("Paid, CNY", "已付（元）", "已付（元）"),
    "checker": _in("Checked by", "质检员", "質檢員"),
    "loaner": _in("Loan phone", "备用机", "備用機"),
    "loaner_model": _in("Its model", "备用机机型", "備用機機型"),
    "loaner_imei": _in("Its IMEI", "备用机 IMEI", "備用機 IMEI"),
}

RULES: Final[dict[PriceRule, Said]] = {
    1: _in("rework, free", "返修免费", "返修免費"),
    2: _in("maker's warranty", "厂家保修", "原廠保固"),
    3: _in("fixed price", "一口价", "一口價"),
    4: _in("service day, labour free", "服务日免工费", "服務日免工費"),
    5: _in("list price and labour", "零件价加工费", "零件價加工費"),
}

SHOP: Final = _in("Shop", "门店", "門店")
LINES: Final = _in("Work", "维修项目", "維修項目")
TOTAL: Final = _in("Total of the lines", "项目合计", "項目合計")
ORDERED: Final = _in("to be ordered", "需订货", "需訂貨")
SIGN_HERE: Final = _in("Signature of the customer", "顾客签字", "顧客簽字")
READ_HERE: Final = _in("Read by the customer", "顾客已阅", "顧客已閱")
PAGE: Final = _in("Page {page} of {pages}", "第{page}页，共{pages}页", "第{page}頁，共{pages}頁")


def compose(asked: RenderDocument, shop: str) -> list[str]:
    """The pages, each with its heading and number."""
    language = asked.language
    body = [MEANINGS[asked.document][language], "", *_values(asked)]
    if asked.lines:
        body += ["", f"{LINES[language]}:", *(_line(line, language) for line in asked.lines)]
        body.append(f"{TOTAL[language]}: {_yuan(sum(line.price_fen for line in asked.lines))}")
    place = READ_HERE if asked.document == "REPORT" else SIGN_HERE
    body += ["", f"{place[language]}: ____________________"]
    sheets = [body[at : at + LINES_A_PAGE] for at in range(0, len(body), LINES_A_PAGE)]
    heading = [TITLES[asked.document][language], f"{SHOP[language]}: {shop}", ""]
    return [
        "\n".join([*heading, *sheet, "", PAGE[language].format(page=number, pages=len(sheets))]) + "\n"
        for number, sheet in enumerate(sheets, 1)
    ]


def _values(asked: RenderDocument) -> list[str]:
    return [
        f"{LABELS[name][asked.language] if name in LABELS else name}: {value}"
        for name, value in asked.values.items()
        if name not in INNER and value
    ]


def _line(line: QuoteLine, language: Language) -> str:
    what = " ".join(word for word in (line.fault, line.service, line.sku) if word)
    late = "" if line.available else f" ({ORDERED[language]})"
    return f"{line.line}. {what}: {_yuan(line.price_fen)} · {RULES[line.rule][language]}{late}"


def _yuan(fen: int) -> str:
    return f"CNY {fen // 100:,}.{fen % 100:02d}"
