"""Words that head the columns of exports, and the fields they stand for: SAP, NetSuite and the words seen elsewhere.

A heading is compared without case, accents, blanks and marks; a unit in it ("Lead time (weeks)", "price_gbp") is taken
off and kept. Where two headings of a file stand for one field, the one further left in the list below is taken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

ITEM = (
    "item sku matnr material materialnumber materialno materialnr materialnummer skuid skucode skuno itemid itemno "
    "itemnumber itemcode partno partnumber partid partnr part productid productcode productno product article "
    "articleno articlenumber articlecode artikel artikelnummer artikelnr defaultcode internalreference stockcode"
)
WAREHOUSE = (
    "warehouse werks plant werk warehouseid warehousecode warehousename whs site siteid sitecode location locationid "
    "facility dc branch store storeid inventorylocation"
)
SUPPLIER = (
    "supplier lifnr supplierid supplierno suppliernumber suppliercode suppliername vendor vendorid vendorno vendornumber "
    "vendorcode vendorname preferredvendor preferredsupplier mainvendor mainsupplier primaryvendor primarysupplier "
    "creditor lieferant"
)
MODE = "mode transportmode modeoftransport shipmentmode shippingmode shipmode shipvia shippingmethod vsart vsbed"
QUANTITY = "quantity qty menge"

#: role -> field -> headings, best first
ALIASES: dict[str, dict[str, str]] = {
    "items": {
        "item": ITEM,
        "warehouse": WAREHOUSE,
        "description": "description maktx itemdescription materialdescription displayname productname itemname name "
        "bezeichnung materialkurztext",
        "family": "family productfamily productgroup itemgroup materialgroup matkl category itemcategory",
        "standard_cost": "standardcost stdcost unitcost cost costprice averagecost avgcost itemcost costperunit",
        "stprs": "stprs",
        "verpr": "verpr movingaverageprice movingprice",
        "vprsv": "vprsv pricecontrol",
        "price_unit": "peinh priceunit costunit priceper",
        "price": "price sellingprice salesprice listprice unitprice baseprice retailprice saleprice lstprice",
        "purchase_price": "purchaseprice buyprice netpr vendorprice",
        "volume": "volume volum unitvolume volumeperunit",
        "volume_unit": "voleh volumeunit",
        "shelf_life": "shelflife mhdhb totalshelflife",
        "criticality": "criticality criticalityclass stockoutimpact",
        "critical_flag": "kzkri criticalpart critical iscritical",
        "abc": "maabc abc abcclass abcindicator abccode classification",
        "supplier": SUPPLIER,
        "mode": MODE,
        "supplier_place": "supplierplace suppliercountry vendorcountry countryoforigin origincountry herkl",
        "supplier_grade": "suppliergrade creditgrade creditrating supplierrating vendorrating",
        "lead_time": "leadtime plifz planneddeliverytime planneddelivtime plndelivtime plnddelivtime purchaseleadtime "
        "replenishmentleadtime supplierleadtime vendorleadtime plannedleadtime deliverytime lt wiederbeschaffungszeit",
        "goods_receipt_time": "goodsreceipttime webaz goodsreceiptprocessingtime grprocessingtime grproctime grtime "
        "receivingtime inspectiontime",
        "own_time": "dzeit inhouseproductiontime inhouseproduction manufacturingleadtime buildtime",
        "procurement": "beskz procurementtype proctype makeorbuy makebuy",
        "safety_stock": "safetystock eisbe safetystocklevel ss",
        "safety_stock_days": "safetystockdays daysofsafetystock",
        "reorder_point": "reorderpoint minbe reorderlevel rop orderpoint min",
        "order_up_to": "orderuptolevel mabst orderupto maximumstocklevel maxstock preferredstocklevel maximumlevel max",
        "minimum_order": "minimumorder bstmi moq minimumlotsize minimumorderquantity minorderqty minorder",
        "order_quantity": "orderquantity bstfe fixedlotsize fixedorderquantity reorderquantity lotsize eoq",
        "multiple": "multiple bstrf roundingvalue ordermultiple orderincrement lotmultiple packsize casepack",
        "review_every": "reviewevery reviewperiod planningcycle",
        "mrp_type": "dismm mrptype",
        "on_hand": "onhand labst quantityonhand qtyonhand qoh stockonhand currentstock unrestrictedstock unrestricted",
        "unit": "unit meins uom unitofmeasure baseunit baseunitofmeasure stockunit units",
    },
    "demand": {
        "item": ITEM,
        "warehouse": WAREHOUSE,
        "date": "date day demanddate salesdate postingdate budat transactiondate trandate invoicedate shipdate "
        "orderdate datum",
        "week": "week calendarweek isoweek yearweek weekstart weekstarting weekbeginning weekending weekof kw "
        "kalenderwoche spwoc",
        "month": "month yearmonth calendarmonth calmonth spmon monat period",
        "units": "units demand unitssold qtysold soldqty quantitysold demandqty demandquantity demandunits salesqty "
        f"salesquantity consumption usage issuedqty shippedqty qtyshipped {QUANTITY} qtypacks",
    },
    "deliveries": {
        "item": ITEM,
        "supplier": SUPPLIER,
        "warehouse": WAREHOUSE,
        "mode": MODE,
        "ordered": "ordered orderdate ordereddate dateordered podate purchaseorderdate bedat posent posentdate orderplaced",
        "promised": "promised promiseddate promisedate confirmeddate scheduled scheduleddate scheduleddelivery eindt "
        "duedate expecteddate expectedreceiptdate requesteddate requireddate",
        "delivered": "delivered delivereddate deliverydate receiptdate receiveddate datereceived received "
        "goodsreceiptdate actualdelivery actualdeliverydate actualreceiptdate budat",
        "quantity": f"quantity deliveredquantity receivedquantity quantityreceived receivedqty qtyreceived "
        f"orderquantity orderqty orderedqty {QUANTITY} qtypacks",
    },
    "stock": {
        "item": ITEM,
        "warehouse": WAREHOUSE,
        "on_hand": "onhand labst quantityonhand qtyonhand qoh stockonhand currentstock unrestrictedstock unrestricted "
        f"stock inventory available {QUANTITY}",
    },
}
ROLES = tuple(ALIASES)
#: fields that hold text; all others but dates hold numbers
TEXTS = frozenset(
    [
        "item",
        "warehouse",
        "description",
        "family",
        "vprsv",
        "volume_unit",
        "criticality",
        "critical_flag",
        "abc",
        "supplier",
        "mode",
        "supplier_place",
        "supplier_grade",
        "procurement",
        "mrp_type",
        "unit",
    ]
)
DATES = frozenset(["date", "week", "month", "ordered", "promised", "delivered"])
#: SAP counts these in working days: goods receipt and production follow the factory calendar, delivery does not
WORKDAYS = frozenset({"webaz", "dzeit"})
TIMES = frozenset({"lead_time", "goods_receipt_time", "own_time", "shelf_life", "review_every"})
MONEY = frozenset({"standard_cost", "price", "purchase_price", "stprs", "verpr"})
CURRENCIES = frozenset(
    ["usd", "eur", "gbp", "chf", "jpy", "cny", "cad", "aud", "sek", "nok", "dkk", "pln", "czk", "inr", "brl", "mxn"]
)
UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("d", "day", "days", "calendardays", "caldays", "tage"), ("days", 1.0)),
    **dict.fromkeys(
        ("wd", "workdays", "workingdays", "businessdays", "workday", "arbeitstage"), ("working days", 7 / 5)
    ),
    **dict.fromkeys(("wk", "wks", "week", "weeks", "wochen"), ("weeks", 7.0)),
    **dict.fromkeys(("month", "months", "mo", "monate"), ("months", 365 / 12)),
    **dict.fromkeys(("m3", "m³", "cbm"), ("m3", 1.0)),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters", "dm3", "cdm", "dm³"), ("litres", 1e-3)),
    **dict.fromkeys(("cm3", "ccm", "cm³", "ml"), ("cm3", 1e-6)),
    **dict.fromkeys(("ft3", "cuft", "ft³", "cft"), ("cubic feet", 0.028316846592)),
}


@dataclass(frozen=True)
class Heading:
    """A heading without its unit.

    Attributes
    ----------
    key : letters and digits alone, lower case.
    unit : word of the unit named in it, "" where none is.
    currency : ISO code named in it, "" where none is.
    """

    key: str
    unit: str = ""
    currency: str = ""


def plain(text: str) -> str:
    """Letters and digits alone, lower case, without accents."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in flat if sign.isalnum())


def heading(text: str) -> Heading:
    """Take a heading apart."""
    unit = currency = ""
    for inside in re.findall(r"[(\[]([^)\]]*)[)\]]", text):
        word = plain(inside.split("/")[0])
        if word in UNITS:
            unit = word
        elif word in CURRENCIES:
            currency = word.upper()
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", text)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", bare.replace("_", " ").replace("-", " ").replace(".", " ")).split()
    for word in (words[0], words[-1]) if len(words) > 1 else ():
        if plain(word) in CURRENCIES and not currency:
            currency = word.upper()
            words.remove(word)
    if len(words) > 1 and not unit:
        for count in (2, 1):
            tail = plain("".join(words[-count:]))
            if len(words) > count and tail in UNITS and len(tail) > 2:
                unit, words = tail, words[:-count]
                break
    if len(words) > 1 and words[-1].casefold() == "in":
        words = words[:-1]
    return Heading(plain("".join(words)) or plain(bare) or plain(text), unit, currency)


@cache
def known(role: str) -> dict[str, list[tuple[str, int]]]:
    """For each heading that is known in a role, the fields it stands for, with its place in their lists (0 is best)."""
    made: dict[str, list[tuple[str, int]]] = {}
    for field, words in ALIASES[role].items():
        for place, word in enumerate(words.split()):
            made.setdefault(word, []).append((field, place))
    return made


@cache
def fields_of(role: str, text: str) -> tuple[tuple[str, int], ...]:
    """Fields that a heading stands for in a role, with its place; all its words are tried before those without unit."""
    for key in (plain(text), heading(text).key):
        if key in known(role):
            return tuple(known(role)[key])
    return ()
