"""The daily tips: `calendar` and `deck` are pure; `delivery` plans, claims, sends and settles over the ports."""
