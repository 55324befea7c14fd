"""Large cities that no time zone is named after, with the zone they are in; and what people call some cities."""

CITIES = {
    "Africa/Cairo": "Alexandria, Giza",
    "Africa/Casablanca": "Rabat, Marrakesh, Fez",
    "Africa/Johannesburg": "Cape Town, Durban, Pretoria",
    "Africa/Lagos": "Abuja, Ibadan, Kano",
    "America/Argentina/Buenos_Aires": "Rosario, La Plata, Mar del Plata, CABA",
    "America/Argentina/Cordoba": "Santa Fe",
    "America/Bogota": "Medellín, Cali, Barranquilla, Cartagena, Bucaramanga",
    "America/Caracas": "Maracaibo",
    "America/Chicago": (
        "Austin, Dallas, Houston, San Antonio, Minneapolis, St. Louis, Milwaukee, Birmingham, New Orleans, "
        "Nashville, Memphis, Kansas City, Oklahoma City"
    ),
    "America/Costa_Rica": "San José",
    "America/Denver": "Salt Lake City, Albuquerque, Colorado Springs, El Paso",
    "America/Detroit": "Ann Arbor, Grand Rapids",
    "America/Edmonton": "Calgary",
    "America/Guayaquil": "Quito, Cuenca",
    "America/Halifax": "Charlottetown",
    "America/Indiana/Indianapolis": "Fort Wayne",
    "America/Kentucky/Louisville": "Louisville",
    "America/La_Paz": "Santa Cruz de la Sierra, Cochabamba",
    "America/Lima": "Arequipa, Trujillo",
    "America/Los_Angeles": (
        "LA, SF, San Francisco, San Diego, San José, Seattle, Portland, Las Vegas, Sacramento, Oakland, "
        "Fresno"
    ),
    "America/Mexico_City": "CDMX, DF, Guadalajara, Puebla, León, Querétaro, Toluca, Oaxaca, Veracruz",
    "America/New_York": (
        "NYC, Big Apple, Boston, Philadelphia, Washington, Washington DC, Atlanta, Miami, Orlando, Tampa, "
        "Jacksonville, Charlotte, Raleigh, Pittsburgh, Cleveland, Cincinnati, Baltimore, Buffalo, Brooklyn, "
        "Manhattan"
    ),
    "America/Phoenix": "Tucson, Scottsdale, Mesa",
    "America/Puerto_Rico": "San Juan",
    "America/Santo_Domingo": "Santiago de los Caballeros",
    "America/Sao_Paulo": "Rio de Janeiro, Brasilia, Belo Horizonte, Curitiba, Porto Alegre",
    "America/Santiago": "Valparaíso, Concepción",
    "America/Toronto": "Montréal, Ottawa, Quebec City",
    "America/Vancouver": "Victoria, Whistler",
    "Asia/Dubai": "Abu Dhabi",
    "Asia/Hong_Kong": "HK",
    "Asia/Jerusalem": "Tel Aviv, Haifa",
    "Asia/Karachi": "Lahore, Islamabad",
    "Asia/Kolkata": "Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Hyderabad, Pune, Calcutta",
    "Asia/Riyadh": "Jeddah, Mecca",
    "Asia/Shanghai": "Beijing, Shenzhen, Guangzhou, Chengdu",
    "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Nagoya, Sapporo",
    "Australia/Adelaide": "South Australia",
    "Australia/Darwin": "Alice Springs",
    "Australia/Perth": "Fremantle",
    "Australia/Sydney": "Canberra",
    "Australia/Brisbane": "Gold Coast, Cairns",
    "Europe/Amsterdam": "Rotterdam, The Hague, Utrecht",
    "Europe/Berlin": "Munich, München, Hamburg, Cologne, Köln, Frankfurt, Stuttgart, Leipzig, Düsseldorf",
    "Europe/Brussels": "Antwerp, Ghent",
    "Europe/Istanbul": "Ankara, Izmir",
    "Europe/Lisbon": "Porto, Braga, Coimbra",
    "Europe/London": "Manchester, Birmingham, Leeds, Liverpool, Bristol, Edinburgh, Glasgow, Cardiff, Belfast",
    "Europe/Madrid": (
        "Barcelona, Valencia, Seville, Sevilla, Zaragoza, Málaga, Bilbao, Murcia, Palma, Granada, Alicante, "
        "Vigo, Córdoba, León, Mérida, Cartagena, Guadalajara, Santiago de Compostela"
    ),
    "Europe/Moscow": "Saint Petersburg",
    "Europe/Paris": "Lyon, Marseille, Toulouse, Nice, Bordeaux, Lille, Strasbourg, Nantes",
    "Europe/Rome": "Milan, Milano, Naples, Napoli, Turin, Torino, Florence, Firenze, Venice",
    "Europe/Warsaw": "Krakow, Kraków, Gdansk, Wroclaw, Poznan",
    "Europe/Zurich": "Geneva, Basel, Bern, Lausanne",
    "Atlantic/Canary": "Las Palmas, Tenerife, Gran Canaria, Canary Islands, Islas Canarias",
    "Pacific/Auckland": "Wellington, Christchurch",
    "Pacific/Honolulu": "Hawaii",
}  # fmt: skip
"""By zone, names with commas between. A name that two places share stands at both: then people are asked which."""

_ABBREVIATED = {
    "America/New_York": "EST EDT ET EST5EDT EASTERN",
    "America/Chicago": "CST CDT CT CST6CDT CENTRAL",
    "America/Denver": "MST MDT MT MST7MDT MOUNTAIN",
    "America/Los_Angeles": "PST PDT PT PST8PDT PACIFIC",
    "America/Anchorage": "AKST AKDT",
    "America/Halifax": "AST ADT",
    "America/St_Johns": "NST NDT",
    "America/Argentina/Buenos_Aires": "ART",
    "America/Bogota": "COT",
    "America/Lima": "PET",
    "America/Santiago": "CLT CLST",
    "America/Sao_Paulo": "BRT",
    "Asia/Kolkata": "IST",
    "Asia/Singapore": "SGT",
    "Asia/Tokyo": "JST",
    "Australia/Adelaide": "ACST ACDT",
    "Australia/Perth": "AWST",
    "Australia/Sydney": "AEST AEDT",
    "Europe/Athens": "EET EEST",
    "Europe/Berlin": "MET MEZ MESZ",
    "Europe/Lisbon": "WET WEST",
    "Europe/London": "BST",
    "Europe/Madrid": "CET CEST",
    "Europe/Moscow": "MSK",
    "Pacific/Auckland": "NZST NZDT",
    "Pacific/Honolulu": "HST",
}
ABBREVIATIONS = {short: zone for zone, shorts in _ABBREVIATED.items() for short in shorts.split()}
"""What is half a year's time, or means several zones; with a city that somebody who writes it may mean."""
