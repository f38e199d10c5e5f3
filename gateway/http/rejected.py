"""How a request ends that is not served."""

from gateway.protocols.problem import Problem


class Rejected(Exception):
    """A request ends with this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem
