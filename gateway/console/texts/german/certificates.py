"""Zertifikate eines Partners und unsere."""

from gateway.console.texts.entry import Catalogue

TEXTS: Catalogue = {
    "certificates.side.theirs": "Von {partner}",
    "certificates.side.ours": "Unsere gegenüber {partner}",
    "certificates.ends.theirs": (
        "Es endet am {day}, und keines folgt. Fragen Sie den Partner nach dem neuen und dem Tag des Wechsels."
    ),
    "certificates.ends.ours": (
        "Unseres endet am {day}, und keines folgt. Erzeugen Sie einen neuen Schlüssel und nennen Sie den "
        "Partnern den Tag des Wechsels."
    ),
    "certificates.changing": "Ein Wechsel läuft: Was unten steht, gilt nebeneinander.",
    "certificates.ended": "Endete am {day}",
    "certificates.ends_in": ("Endet in weniger als {count} Tag", "Endet in weniger als {count} Tagen"),
    "certificates.standing": "Jetzt",
    "certificates.their_current": "Im Einsatz: wir verschlüsseln dafür, Unterschriften damit gelten",
    "certificates.their_accepted": "Daneben: Unterschriften damit gelten noch",
    "certificates.their_next": "Kommt als Nächstes",
    "certificates.their_past": "Vorbei",
    "certificates.our_current": "Im Einsatz: wir unterschreiben damit",
    "certificates.our_accepted": "Daneben: was dafür verschlüsselt ist, wird gelesen",
    "certificates.our_next": "Kommt als Nächstes; was dafür verschlüsselt ist, wird schon gelesen",
    "certificates.our_past": "Vorbei; was dafür verschlüsselt ist, wird noch gelesen",
    "certificates.subject": "Inhaber",
    "certificates.issuer": "Aussteller",
    "certificates.serial": "Seriennummer",
    "certificates.by": "von {issuer}",
    "certificates.used": "Vereinbarter Einsatz",
    "certificates.from": "ab {day}",
    "certificates.until": "bis {day}",
    "certificates.whole": "solange es gilt",
    "certificates.valid_from": "Gültig ab",
    "certificates.valid_until": "Gültig bis",
    "certificates.valid": "Gültig",
    "certificates.from_to": "{first} bis {last}",
    "certificates.key": "Schlüssel",
    "certificates.fingerprint": "Fingerabdruck (SHA-256)",
    "certificates.fingerprint_short": "Fingerabdruck (SHA-1)",
    "certificates.file": "Datei",
    "certificates.save": "{name} speichern",
    "certificates.none.title": "Keine Zertifikate",
    "certificates.none.text": (
        "Nur Kanäle der Art as2 verwenden Zertifikate von Partnern. Was Server mit TLS vorlegen, wird über "
        "die ausstellenden Stellen geprüft."
    ),
    "certificates.form": "Ein neues Zertifikat",
    "certificates.form_hint": (
        "Es wird angesehen, und Sie erfahren, was wohin gehört. Nichts wird behalten oder geändert: Die "
        "Konfiguration sind Dateien, die Kollegen prüfen."
    ),
    "certificates.whose": "Wessen ist es",
    "certificates.theirs": "das von {partner}",
    "certificates.ours": "unseres",
    "certificates.day": "Tag des Wechsels (UTC)",
    "certificates.day_hint": "Wie mit dem Partner vereinbart. Leer: sobald es gilt.",
    "certificates.overlap": "Tage, die altes und neues zugleich gelten",
    "certificates.choose": "Die Datei (PEM oder DER)",
    "certificates.paste": "Oder ihr Text",
    "certificates.examine": "Ansehen",
    "certificates.nothing": "Es wurde kein Zertifikat angegeben.",
    "certificates.nothing_remedy": (
        "Wählen Sie die Datei, die der Partner geschickt hat, oder fügen Sie den Text von BEGIN CERTIFICATE "
        "bis END CERTIFICATE ein."
    ),
    "certificates.too_large": "Das ist viel zu groß für ein Zertifikat.",
    "certificates.no_day": "Der Tag des Wechsels ist kein Tag.",
    "certificates.no_day_remedy": "Schreiben Sie ihn wie 2027-01-15.",
    "certificates.found": "Was angegeben wurde",
    "certificates.sound": "Nichts spricht dagegen.",
    "certificates.several": (
        "{count} Zertifikat wurde angegeben.",
        "{count} Zertifikate wurden angegeben; dies ist das erste davon.",
    ),
    "certificates.compare": "Das neue neben dem im Einsatz",
    "certificates.what": "Was",
    "certificates.new": "Neu",
    "certificates.now": "Jetzt im Einsatz",
    "certificates.nothing_now": "keines ist im Einsatz",
    "certificates.self_signed": "(es selbst)",
    "certificates.usages": "Gemacht für",
    "certificates.any_usage": "alles: nichts ist gesagt",
    "certificates.not_yet": "So würde es nicht gehen. Beheben Sie, was oben rot steht, und sehen Sie es noch einmal an.",
    "certificates.propose_title": "Ablösen lassen",
    "certificates.propose_text": (
        "Ab {first} wird es benutzt; Unterschriften mit dem bisherigen gelten bis {last}. Bis dahin ändert sich in der "
        "Übertragung nichts."
    ),
    "certificates.by_hand": "Oder von Hand",
    "certificates.steps": "Was zu tun ist",
    "certificates.step_compare.theirs": (
        "Vergleichen Sie den Fingerabdruck mit dem Partner, am Telefon oder auf seiner Seite: Eine Mail kann gefälscht sein."
    ),
    "certificates.step_compare.ours": (
        "Legen Sie den privaten Schlüssel zu den Geheimnissen des Gateways. Er wird nirgends eingefügt."
    ),
    "certificates.step_file": "Legen Sie das Zertifikat neben routes.toml ab als",
    "certificates.content": "Ihr Inhalt",
    "certificates.copy_content": "Inhalt der Datei kopieren",
    "certificates.step_lines.theirs": "Schreiben Sie in routes.toml:",
    "certificates.step_lines.ours": "Ergänzen Sie in routes.toml; nennen Sie den wirklichen Ort Ihres privaten Schlüssels:",
    "certificates.copy_lines": "Zeilen kopieren",
    "certificates.step_check": "Prüfen Sie die Konfiguration:",
    "certificates.step_start": (
        "Lassen Sie sie prüfen, und starten Sie die Prozesse des Gateways damit, vor dem Tag des Wechsels."
    ),
    "certificates.step_tell": "Schicken Sie das Zertifikat, nie den Schlüssel, und den Tag {day} an:",
    "certificates.step_told": (
        "Das Gateway kann nicht wissen, wer Bescheid hat: Führen Sie eine Liste, und bitten Sie jeden um Antwort."
    ),
    "certificates.step_both": (
        "Ab {first} verschlüsseln wir für das neue; Unterschriften mit dem alten gelten bis {last}. Was vor "
        "diesem Tag mit dem neuen unterschrieben ist, wird abgewiesen."
    ),
    "certificates.files": "Danach zeigt diese Seite beide nebeneinander und wofür jedes da ist.",
}
