"""Short labels of segments and elements, in our own words, for those that occur in the messages shipped."""

# fmt: off
SEGMENTS: dict[str, str] = {
    "UNA": "Service characters", "UNB": "Interchange header", "UNG": "Group header", "UNH": "Message header", "UNS": "Section separator",
    "UNT": "Message trailer", "UNE": "Group trailer", "UNZ": "Interchange trailer", "UCI": "Answer to interchange",
    "UCF": "Answer to group", "UCM": "Answer to message", "UCS": "Segment in error", "UCD": "Element in error", "AJT": "Adjustment",
    "ALC": "Allowance or charge", "ALI": "Origin and conditions", "APR": "Price multiplier", "BGM": "Document start",
    "CAV": "Characteristic value", "CCI": "Characteristic", "CDI": "State of goods", "CED": "Computer environment", "CNI": "Consignment",
    "CNT": "Control total", "COD": "Component", "COM": "Communication number", "CPI": "Charge payment", "CPS": "Packing level",
    "CST": "Customs status", "CTA": "Contact", "CUX": "Currency", "DGS": "Dangerous goods", "DIM": "Dimensions", "DLI": "Document line",
    "DLM": "Delivery limits", "DOC": "Required document", "DTM": "Date or period", "EFI": "External file", "EQA": "Attached equipment",
    "EQD": "Equipment", "EQN": "Number of units", "ERC": "Application error", "FII": "Bank", "FTX": "Free text", "GDS": "Nature of cargo",
    "GEI": "Processing", "GID": "Goods item", "GIN": "Goods identity", "GIR": "Related numbers", "GIS": "Indicator",
    "GOR": "Governmental requirement", "HAN": "Handling", "HYN": "Item hierarchy", "ICD": "Insurance cover", "IDE": "Identity",
    "IMD": "Item description", "INP": "Instruction to party", "INV": "Inventory movement", "IRQ": "Information wanted", "LIN": "Line",
    "LOC": "Place", "MEA": "Measure", "MKS": "Market", "MOA": "Amount", "MTD": "Maintenance", "NAD": "Party", "PAC": "Packages",
    "PAI": "Payment instructions", "PAT": "Payment terms", "PCD": "Percentage", "PCI": "Marks", "PGI": "Product group",
    "PIA": "Further item numbers", "PRC": "Process", "PRI": "Price", "PTY": "Priority", "QTY": "Quantity", "QVR": "Quantity variance",
    "RCS": "Requirements", "RFF": "Reference", "RJL": "Journal", "RNG": "Range", "RTE": "Rate", "SCC": "Schedule", "SEL": "Seal",
    "SEQ": "Sequence", "SGP": "Goods placement", "STG": "Stage", "STS": "Status", "TAX": "Tax", "TCC": "Rate and charge",
    "TDT": "Transport", "TMD": "Transport movement", "TMP": "Temperature", "TOD": "Terms of delivery", "TPL": "Transport placement",
    "TRU": "Rules of agreement", "TSR": "Transport service", "UNO": "Package header", "UNP": "Package trailer",
}

ELEMENTS: dict[str, str] = {
    "0001": "Syntax identifier", "0002": "Syntax version", "0004": "Sender", "0007": "Identity qualifier", "0010": "Receiver",
    "0013": "Service segment", "0017": "Date", "0019": "Time", "0020": "Interchange reference", "0026": "Application reference",
    "0029": "Priority", "0031": "Acknowledgement wanted", "0032": "Agreement", "0035": "Test", "0036": "Count", "0038": "Group type",
    "0048": "Group reference", "0051": "Agency", "0060": "Message count", "0062": "Message reference", "0065": "Message type",
    "0068": "Common reference", "0074": "Segment count", "0081": "Section", "0083": "Action", "0085": "Error", "0096": "Segment position",
    "0098": "Element position", "1004": "Document number", "1050": "Sequence number", "1056": "Version", "1058": "Release",
    "1073": "Line action", "1082": "Line number", "1153": "Reference kind", "1154": "Reference", "1218": "Originals", "1220": "Copies",
    "1222": "Level", "1225": "Function", "1227": "Sequence", "1229": "Action", "1245": "Status", "1312": "Consignment number",
    "1490": "Consolidation number", "1496": "Goods item number", "1501": "Environment kind", "2005": "Date kind", "2379": "Date format",
    "2380": "Date", "3005": "Maintained", "3009": "Responsibility", "3035": "Party role", "3039": "Party number", "3055": "List agency",
    "3139": "Contact function", "3148": "Number", "3153": "Medium", "3155": "Means", "3164": "City", "3207": "Country",
    "3227": "Place kind", "3229": "Region", "3239": "Country of origin", "3251": "Postal code", "3446": "Tax number", "3453": "Language",
    "4017": "Schedule status", "4035": "Priority kind", "4043": "Class of trade", "4051": "Relevance", "4055": "Delivery terms function",
    "4183": "Special condition", "4215": "Payment of transport", "4221": "Difference reason", "4233": "Marking",
    "4237": "Prepaid or collect", "4279": "Payment terms kind", "4343": "Answer wanted", "4347": "Number function", "4405": "Status",
    "4447": "Text format", "4451": "Text purpose", "4453": "Text function", "4455": "Back order", "4457": "Special service",
    "4465": "Adjustment reason", "4471": "Settlement", "4493": "Delivery instructions", "4499": "Movement reason",
    "4501": "Movement direction", "4503": "Balance method", "4513": "Maintenance", "4517": "Seal condition", "5025": "Amount kind",
    "5125": "Price kind", "5213": "Price sub-line", "5283": "Tax function", "5286": "Assessment basis", "5305": "Tax category",
    "5379": "Product group kind", "5402": "Exchange rate", "5463": "Allowance or charge", "5479": "Relation", "6063": "Quantity kind",
    "6145": "Dimension kind", "6167": "Range kind", "6245": "Temperature kind", "6311": "Measure purpose", "6341": "Exchange market",
    "6426": "Processes", "6428": "Current process", "7001": "State kind", "7059": "Property", "7075": "Packing level",
    "7077": "Description kind", "7081": "Characteristic", "7083": "Configuration", "7164": "Hierarchy number", "7166": "Parent number",
    "7171": "Hierarchy relation", "7173": "Hierarchy level", "7175": "Rule part", "7187": "Process kind", "7224": "Packages",
    "7293": "Sector", "7297": "Number kind", "7383": "Surface or layer", "7402": "Identity number", "7405": "Identity kind",
    "7491": "Inventory kind", "7495": "Object kind", "8028": "Journey", "8051": "Stage", "8053": "Equipment kind", "8077": "Supplier",
    "8101": "Direction", "8126": "Transport card", "8169": "Full or empty", "8211": "Entry permission", "8249": "Status",
    "8255": "Packing instruction", "8273": "Regulation", "8275": "Container kind", "8281": "Ownership", "8323": "Movement",
    "8325": "Hazard category", "8332": "Equipment plan", "8339": "Packing group", "8341": "Haulage", "8364": "Emergency procedure",
    "8410": "Safety guide", "9213": "Duty regime", "9308": "Seal number", "9421": "Process stage", "9448": "Item kind",
    "9450": "File version", "9649": "Processing kind", "C002": "Document", "C012": "Process", "C040": "Carrier", "C056": "Contact person",
    "C058": "Name and address", "C059": "Street", "C076": "Number", "C077": "File", "C078": "Account holder", "C079": "Environment",
    "C080": "Name", "C082": "Party", "C088": "Bank", "C099": "File detail", "C100": "Terms", "C106": "Document number", "C107": "Text code",
    "C108": "Text", "C110": "Payment terms", "C112": "Term", "C128": "Rate", "C138": "Price multiplier", "C174": "Value",
    "C186": "Quantity", "C200": "Charge", "C202": "Package kind", "C203": "Rate class", "C205": "Hazard code", "C206": "Identity number",
    "C208": "Range of numbers", "C210": "Marks", "C211": "Dimensions", "C212": "Item number", "C213": "Packages", "C214": "Service",
    "C215": "Issuer", "C218": "Hazardous material", "C219": "Movement kind", "C220": "Mode", "C222": "Vessel or vehicle",
    "C223": "Flash point", "C224": "Equipment size", "C228": "Means of transport", "C229": "Charge category", "C231": "Payment method",
    "C232": "Government action", "C233": "Service", "C234": "UN number", "C235": "Hazard placard", "C236": "Hazard label",
    "C237": "Equipment number", "C239": "Temperature", "C240": "Characteristic", "C241": "Tax", "C242": "Process", "C243": "Tax detail",
    "C246": "Customs code", "C270": "Control", "C272": "Characteristic", "C273": "Description", "C279": "Quantity difference",
    "C280": "Range", "C286": "Sequence", "C288": "Product group", "C329": "Pattern", "C330": "Insurance kind", "C331": "Insurance detail",
    "C332": "Sales channel", "C333": "Information", "C401": "Excess transport", "C402": "Package identity", "C501": "Percentage",
    "C502": "Measure", "C503": "Document", "C504": "Currency", "C506": "Reference", "C507": "Date", "C509": "Price", "C516": "Amount",
    "C517": "Place", "C519": "Related place", "C522": "Instruction", "C523": "Units", "C524": "Handling", "C528": "Commodity rate",
    "C529": "Processing", "C531": "Packing detail", "C532": "Returnable package", "C533": "Account", "C534": "Payment instruction",
    "C536": "Contract and carriage", "C537": "Transport priority", "C550": "Requirement", "C552": "Allowance or charge",
    "C553": "Second related place", "C554": "Rate detail", "C555": "Status", "C556": "Status reason", "C564": "State", "C585": "Priority",
    "C595": "Account", "C596": "Account kind", "C601": "Status category", "C703": "Nature of cargo", "C778": "Hierarchy position",
    "C819": "Region", "C823": "Unit kind", "C824": "Material", "C827": "Marking kind", "C829": "Sub-line", "C830": "Process detail",
    "C849": "Parties instructed", "C850": "Status of instruction", "C889": "Characteristic value", "C901": "Error", "C960": "Reason",
    "S001": "Syntax", "S002": "Sender", "S003": "Receiver", "S004": "Prepared", "S005": "Password", "S006": "Group sender",
    "S007": "Group receiver", "S008": "Version", "S009": "Message type and version", "S010": "Transfer status", "S011": "Place of error",
    "S020": "Reference", "S021": "Object type", "S022": "Object status", "S300": "Begun", "S301": "Interactive transfer", "S302": "Dialogue",
    "0800": "Package reference", "0802": "Reference number", "0810": "Octets", "0813": "Reference kind",
}


# fmt: on

def segment_label(tag: str) -> str:
    """The label of a segment; empty when it has none."""
    return SEGMENTS.get(tag, "")


def element_label(identifier: str) -> str:
    """The label of an element or composite; empty when it has none."""
    return ELEMENTS.get(identifier, "")
