"""How many digits the minor unit of each currency has (ISO 4217), and what else has a code.

An amount is in one of `MINOR_DIGITS`. Terms are no longer agreed in one that was replaced; amounts
of before stay readable.
"""

_TWO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CNY COP  CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR  JMD KES KGS KHR KPW KYD KZT LAK LBP LKR "
    "LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN  NIO NOK NPR NZD "
    "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP  SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR "
    "ZMW ZWG"
)
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

MINOR_DIGITS: dict[str, int] = {
    code: digits
    for digits, codes in ((2, _TWO), (0, _NONE), (3, _THREE), (4, _FOUR))
    for code in codes.split()
}
REPLACED = {"ANG": "XCG", "BGN": "EUR"}
"""Currencies in which amounts may stand and no terms are agreed any more, and what is used now."""
FORMER = {
    code: successor
    for successor, codes in (
        ("EUR", "ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"),
        ("RSD", "CSD YUM"),
        ("VES", "VEB VEF"),
        ("AZN", "AZM"),
        ("BYN", "BYB BYR"),
        ("CUP", "CUC"),
        ("GHS", "GHC"),
        ("MRU", "MRO"),
        ("MZN", "MZM"),
        ("RON", "ROL"),
        ("RUB", "RUR"),
        ("SLE", "SLL"),
        ("STN", "STD"),
        ("TMT", "TMM"),
        ("TRY", "TRL"),
        ("ZMW", "ZMK"),
        ("ZWG", "ZWD ZWL ZWN ZWR"),
    )
    for code in codes.split()
}
"""Currencies that were replaced before there was an agreement here (ISO 4217, list three)."""
NO_MONEY = {
    "BOV": "a fund's unit",
    "CHE": "a clearing house's unit",
    "CHW": "a clearing house's unit",
    "COU": "a unit of account",
    "MXV": "a unit of account",
    "USN": "a dollar of the next day",
    "UYI": "a unit of account",
    "XAD": "a unit of account",
    "XAG": "silver",
    "XAU": "gold",
    "XBA": "a bond market's unit",
    "XBB": "a bond market's unit",
    "XBC": "a bond market's unit",
    "XBD": "a bond market's unit",
    "XDR": "a right to draw",
    "XPD": "palladium",
    "XPT": "platinum",
    "XSU": "a unit of account",
    "XTS": "a code for tests",
    "XUA": "a unit of account",
    "XXX": "the code where there is no currency",
}
"""Codes of ISO 4217 that no agreement is paid in."""
