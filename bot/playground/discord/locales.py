"""The languages which Discord knows: https://docs.discord.com/developers/reference#locales."""

LOCALES = frozenset(
    (
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    )
)


def discord_locale(tag: str) -> str:
    """Return the locale that a person with the BCP 47 tag `tag` would have chosen in Discord."""
    if tag in LOCALES:
        return tag
    language = tag.partition("-")[0]
    near = sorted(locale for locale in LOCALES if locale.partition("-")[0] == language)
    return near[0] if near else "en-US"
