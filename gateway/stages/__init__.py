"""What runs unasked: receive, translate, route, acknowledge, compose, deliver, relay, sweep."""
