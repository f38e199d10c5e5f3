"""Signing in, and choosing a password."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "sign_in.title": "Sign in",
    "sign_in.name": "Name",
    "sign_in.password": "Password",
    "sign_in.button": "Sign in",
    "sign_in.hint": "No account yet? An administrator makes one, with a link to choose a password by: gateway users add NAME",
    "sign_in.wrong": "The name or the password is wrong.",
    "sign_in.forgotten": "Who has forgotten a password gets a new link from an administrator.",
    "sign_in.wait": "There were too many wrong passwords. Try again in {wait}.",
    "said.signed_out": "You have signed out.",
    "said.chosen": "The password is chosen. Sign in with it.",
    "sign_out": "Sign out",
    "password.title": "Choose a password",
    "password.for": "For the account {name}.",
    "password.new": "New password",
    "password.again": "The same again",
    "password.rule": "At least 12 characters. A sentence is a good one, blanks and all.",
    "password.button": "Choose this password",
    "password.differ": "The two are not the same.",
    "password.over": "This link does not hold any more.",
    "password.over_remedy": "It was used already, or is too old. Ask an administrator for a new one.",
}
