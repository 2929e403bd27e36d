"""What hypothesis draws from."""

from __future__ import annotations

from hypothesis import strategies as st

# Surrogates too: SQLite, JSON and file names can all bring lone ones in.
ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
# Few different values, so that two draws are often alike.
ALIKE_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(alphabet="ab_. []\u202e", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab_.[\"'", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
