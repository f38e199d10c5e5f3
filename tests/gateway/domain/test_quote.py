"""Quotes come out of sentences for those who may not see what documents hold."""

from gateway.domain.quote import with_quote, without_quotes

SAID = "REF02 is too long. Sent: REF*IA*secret~"


def test_a_sentence_without_a_quote_stays_as_it_is() -> None:
    assert with_quote("Accepted.", "") == "Accepted."
    assert with_quote("REF02 is too long.", "REF*IA*secret~") == SAID


def test_quotes_are_taken_out_wherever_sentences_stand() -> None:
    told = {
        "number": "1",
        "explanation": [SAID, "The partner writes: no"],
        "expectations": ({"explanation": (SAID,), "at": None},),
        "layers": {"functional": [{"explanation": None}, {"explanation": [SAID]}]},
    }
    assert without_quotes(told) == {
        "number": "1",
        "explanation": ["REF02 is too long.", "The partner writes: no"],
        "expectations": [{"explanation": ["REF02 is too long."], "at": None}],
        "layers": {"functional": [{"explanation": None}, {"explanation": ["REF02 is too long."]}]},
    }
