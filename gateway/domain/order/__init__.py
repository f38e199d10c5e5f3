"""The order process: milestones of orders, their lifecycle, the quantities of their lines, and who may say what. Pure."""
