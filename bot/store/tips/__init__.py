"""The tables of daily tips: `planning`, `sending` and `turns` for workers, `moderators` for those who choose."""
