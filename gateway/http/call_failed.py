"""What goes wrong in calls to partners' servers."""

from gateway.errors import GatewayError


class CallFailed(GatewayError):
    """No answer was had. `sent`: the server may have got the request, and acted on it."""

    def __init__(self, message: str, *, code: str, sent: bool, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.code, self.sent = code, sent


class AnswerTooLarge(CallFailed):
    """The body of an answer is larger than it may be."""

    def __init__(self, most: int) -> None:
        remedy = "raise the limit in the configuration if its answers are that large"
        super().__init__(f"the answer is larger than {most} bytes", code="answer-too-large", sent=True, remedy=remedy)
