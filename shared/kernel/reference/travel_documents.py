"""Codes of travel documents that are no country's: nationalities and issuers.

Source: ICAO Doc 9303, Machine Readable Travel Documents, part 3, section 5.
"""

UNDETERMINED: dict[str, str] = {
    "XXA": "a stateless person (1954 Convention)",
    "XXB": "a refugee (1951 Convention)",
    "XXC": "a refugee who is not under the 1951 Convention",
    "XXX": "a person of unspecified nationality",
    "UNK": "a resident of Kosovo with a document of the United Nations",
}
"""They determine no nationality: whoever has one counts as the sending state's own (G7)."""
BRITISH: dict[str, str] = {
    "GBD": "a British Overseas Territories citizen",
    "GBN": "a British National (Overseas)",
    "GBO": "a British Overseas citizen",
    "GBP": "a British protected person",
    "GBS": "a British subject",
}
"""Classes of one state's nationality: each of them is written GBR."""
KOSOVO: dict[str, str] = {"RKS": "Kosovo"}
"""A country like those of ISO 3166-1, which has no code for it: it is party to agreements."""
ORGANISATIONS: dict[str, str] = {
    "EUE": "European Union",
    "UNA": "a specialised agency of the United Nations",
    "UNO": "United Nations",
    "XBA": "African Development Bank",
    "XCC": "Caribbean Community",
    "XCE": "Council of Europe",
    "XCO": "Common Market for Eastern and Southern Africa",
    "XEC": "Economic Community of West African States",
    "XIM": "African Export-Import Bank",
    "XOM": "Sovereign Military Order of Malta",
    "XPO": "Interpol",
}
"""Who may issue a travel document besides a country; none of them is a nationality."""
NATIONALITIES: dict[str, str] = {**UNDETERMINED, **KOSOVO}
ISSUERS: dict[str, str] = {**UNDETERMINED, **KOSOVO, **ORGANISATIONS}
