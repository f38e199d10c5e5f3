"""Wake-ups between stages, documents to other services, over RabbitMQ or inside the process.

`topology` is the one table of exchanges and queues. `rabbitmq` and `embedded` are the two adapters of `gateway.ports.Broker`;
`features` says what each promises. `settlement` holds what both do when a handler fails.
"""
