"""Anmelden und Passwort wählen."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "sign_in.title": "Anmelden",
    "sign_in.name": "Name",
    "sign_in.password": "Passwort",
    "sign_in.button": "Anmelden",
    "sign_in.hint": "Noch kein Konto? Ein Administrator legt es an und gibt einen Link für das Passwort: gateway users add NAME",
    "sign_in.wrong": "Name oder Passwort ist falsch.",
    "sign_in.forgotten": "Wer sein Passwort vergessen hat, bekommt von einem Administrator einen neuen Link.",
    "sign_in.wait": "Es gab zu viele falsche Passwörter. Versuchen Sie es in {wait} wieder.",
    "said.signed_out": "Sie haben sich abgemeldet.",
    "said.chosen": "Das Passwort ist gewählt. Melden Sie sich damit an.",
    "sign_out": "Abmelden",
    "password.title": "Passwort wählen",
    "password.for": "Für das Konto {name}.",
    "password.new": "Neues Passwort",
    "password.again": "Noch einmal dasselbe",
    "password.rule": "Mindestens 12 Zeichen. Ein Satz ist gut, mit allen Leerzeichen.",
    "password.button": "Dieses Passwort wählen",
    "password.differ": "Die beiden sind nicht gleich.",
    "password.over": "Dieser Link gilt nicht mehr.",
    "password.over_remedy": "Er wurde schon benutzt oder ist zu alt. Bitten Sie einen Administrator um einen neuen.",
}
