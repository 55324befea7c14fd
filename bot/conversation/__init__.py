"""What is said and answered, with no platform in sight: words -> request -> view -> card."""
