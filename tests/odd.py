"""Texts that break things: what hypothesis makes, and what people and attackers really type."""

from hypothesis import settings
from hypothesis import strategies as st

# The same examples each time, so that a commit does not fail for what another one broke.
settings.register_profile("full", deadline=None, derandomize=True)
settings.register_profile("fast", settings.get_profile("full"), max_examples=25)
settings.load_profile("full")

HARD = [
    "",
    " \t\n",
    "# title",
    "- item",
    "1. step",
    "1) step",
    "> quote",
    "> [!URGENT] call",
    "---",
    "===",
    "***",
    "**bold** _it_ ~no~ `code`",
    "[a](https://b.example) <https://b.example> https://b.example",
    "![a](b.png)",
    "<!channel> <!here> <@U0123> <#C0123> <!subteam^S1> <https://b.example|words>",
    "@everyone @here <@123> <@&123> <#123> </spasm:1> <t:1> <:a:1>",
    "&amp; &lt; &#35; &lt;!channel&gt;",
    "{{ 7*7 }} {% raw %} {# a #}",
    "    indented",
    "a\n# b\n\n- c",
    "a  \nb\\\nc",
    "| a | b |\n|---|---|",
    "[^1]: note",
    "\\* \\\\",
    "'; DROP TABLE topics; --",
    "\x00\x01\x1b[31m\x7f\x85",
    "\u202eright to left\u202c \u200f\u2066",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "👩🏽\u200d⚕️ 🦵 :smile:",
    "a\u0300\u0301\u0302" * 20,
    "\ufeff\u2028\u2029\u00ad\ufffd",
    "calf " * 2_000,
]

text = st.one_of(st.text(max_size=200), st.text("#*_-[]()<>!@`\\&;:1. \n\t|~{}=x", max_size=60), st.sampled_from(HARD))
