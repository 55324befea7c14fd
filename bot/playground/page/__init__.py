"""The playground's page: draws what the loopback platforms show, and does what a person does there."""
