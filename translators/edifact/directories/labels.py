"""Short labels of segments and elements, in our own words, for those that occur in the messages shipped."""

# fmt: off
SEGMENTS: dict[str, str] = {
    "UNA": "Service characters", "UNB": "Interchange header", "UNG": "Group header", "UNH": "Message header", "UNS": "Section separator",
    "UNT": "Message trailer", "UNE": "Group trailer", "UNZ": "Interchange trailer", "UCI": "Answer to interchange", "UCF": "Answer to group",
    "UCM": "Answer to message", "UCS": "Segment in error", "UCD": "Element in error", "ALC": "Allowance or charge", "ALI": "Origin and conditions",
    "APR": "Price multiplier", "BGM": "Document start", "CAV": "Characteristic value", "CCI": "Characteristic", "CNT": "Control total",
    "COM": "Communication number", "CTA": "Contact", "CUX": "Currency", "DGS": "Dangerous goods", "DOC": "Required document", "DTM": "Date or period",
    "EQD": "Equipment", "FII": "Bank", "FTX": "Free text", "GIN": "Goods identity", "GIR": "Related numbers", "GIS": "Indicator",
    "HAN": "Handling", "IMD": "Item description", "LIN": "Line", "LOC": "Place", "MEA": "Measure", "MOA": "Amount", "MTD": "Maintenance",
    "NAD": "Party", "PAC": "Packages", "PAI": "Payment instructions", "PAT": "Payment terms", "PCD": "Percentage", "PCI": "Marks",
    "PIA": "Further item numbers", "PRI": "Price", "QTY": "Quantity", "QVR": "Quantity variance", "RCS": "Requirements", "RFF": "Reference",
    "RJL": "Journal", "RNG": "Range", "RTE": "Rate", "SCC": "Schedule", "STG": "Stage", "TAX": "Tax", "TDT": "Transport", "TOD": "Terms of delivery",
}

ELEMENTS: dict[str, str] = {
    "0001": "Syntax identifier", "0002": "Syntax version", "0004": "Sender", "0007": "Identity qualifier", "0010": "Receiver", "0013": "Service segment",
    "0017": "Date", "0019": "Time", "0020": "Interchange reference", "0026": "Application reference", "0029": "Priority", "0031": "Acknowledgement wanted",
    "0032": "Agreement", "0035": "Test", "0036": "Count", "0038": "Group type", "0048": "Group reference", "0051": "Agency", "0060": "Message count",
    "0062": "Message reference", "0065": "Message type", "0068": "Common reference", "0074": "Segment count", "0081": "Section", "0083": "Action",
    "0085": "Error", "0096": "Segment position", "0098": "Element position", "S001": "Syntax", "S002": "Sender", "S003": "Receiver", "S004": "Prepared",
    "S005": "Password", "S006": "Group sender", "S007": "Group receiver", "S008": "Version", "S009": "Message type and version", "S010": "Transfer status",
    "S011": "Place of error", "1004": "Document number", "1082": "Line number", "1153": "Reference kind", "1154": "Reference",
    "1222": "Level", "1225": "Function", "1229": "Action", "1227": "Sequence", "2005": "Date kind", "2379": "Date format", "2380": "Date",
    "3035": "Party role", "3039": "Party number", "3139": "Contact function", "3155": "Means", "3148": "Number", "3164": "City", "3207": "Country",
    "3227": "Place kind", "3229": "Region", "3251": "Postal code", "3453": "Language", "4017": "Schedule status", "4055": "Delivery terms function",
    "4215": "Payment of transport", "4279": "Payment terms kind", "4343": "Answer wanted", "4347": "Number function", "4451": "Text purpose",
    "4453": "Text function", "4471": "Settlement", "4493": "Delivery instructions", "5025": "Amount kind", "5125": "Price kind", "5283": "Tax function",
    "5286": "Assessment basis", "5305": "Tax category", "5463": "Allowance or charge", "6063": "Quantity kind", "6311": "Measure purpose",
    "7077": "Description kind", "7081": "Characteristic", "7083": "Configuration", "7224": "Packages", "8028": "Journey", "8051": "Stage",
    "8101": "Direction", "C002": "Document", "C040": "Carrier", "C056": "Contact person", "C058": "Name and address", "C059": "Street",
    "C076": "Number", "C080": "Name", "C082": "Party", "C100": "Terms", "C106": "Document number", "C107": "Text code", "C108": "Text",
    "C110": "Payment terms", "C112": "Term", "C174": "Value", "C186": "Quantity", "C202": "Package kind", "C210": "Marks", "C212": "Item number",
    "C214": "Service", "C220": "Mode", "C228": "Means of transport", "C241": "Tax", "C243": "Tax detail", "C270": "Control", "C272": "Characteristic",
    "C273": "Description", "C329": "Pattern", "C501": "Percentage", "C502": "Measure", "C504": "Currency", "C506": "Reference", "C507": "Date",
    "C509": "Price", "C516": "Amount", "C517": "Place", "C519": "Related place", "C552": "Allowance or charge", "C819": "Region", "C829": "Sub-line",
}


# fmt: on

def segment_label(tag: str) -> str:
    """The label of a segment; empty when it has none."""
    return SEGMENTS.get(tag, "")


def element_label(identifier: str) -> str:
    """The label of an element or composite; empty when it has none."""
    return ELEMENTS.get(identifier, "")
