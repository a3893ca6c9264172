"""Tests of the fast searches: what a plain search for ``(?<!\\w)word`` finds, they find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lthtgn_analysis.finders import BREAK, CAPITAL, WordPattern, join_words

LINES = st.text("xãaAÃĐđ1_ .,;(\"'-/…•→\u00ad", max_size=24)
PATTERN = "xã|a+|1(?: 1)?|Đ"


@given(LINES)
def test_a_word_is_found_wherever_a_plain_search_finds_it(line):
    plain = [match.span() for match in re.finditer(rf"(?<!\w)(?:{PATTERN})", line)]
    assert [match.span("here") for match in WordPattern(PATTERN).find_all(line)] == plain


@given(LINES, st.integers(0, 24), st.integers(0, 24))
def test_a_part_of_a_line_is_searched_as_a_part_of_it(line, begin, end):
    plain = re.compile(rf"(?<!\w)(?:{PATTERN})").finditer(line, begin, end)
    found = WordPattern(PATTERN).find_all(line, begin, end)
    inside = [match.span("here") for match in found if match.start("here") >= begin]
    assert inside == [match.span() for match in plain]


@given(LINES)
def test_words_that_overlap_are_all_found_where_the_pattern_looks_ahead(line):
    plain = [match.start() for match in re.finditer(r"(?<!\w)(?=xã a|a)", line)]
    found = WordPattern("(?=(?P<words>xã a|a))").find_all(line)
    assert [match.start("words") for match in found] == plain


@given(LINES, st.integers(0, 24), st.integers(0, 24))
def test_the_first_word_is_that_of_a_plain_search(line, begin, end):
    plain = re.compile(rf"(?<!\w)(?:{PATTERN})").search(line, begin, end)
    found = WordPattern(PATTERN).search(line, begin, end)
    assert (found and found.span()) == (plain and plain.span())


@pytest.mark.parametrize(
    ("letter", "is_break", "is_capital"),
    [("A", False, True), ("Ậ", False, True), ("ậ", False, False), ("đ", False, False),
     ("Đ", False, True), ("7", False, False), ("_", False, False), (" ", True, False),
     ("-", True, False), ("…", True, False), ("\u0301", True, False)],
)  # fmt: skip
def test_breaks_and_capitals_are_told_apart(letter, is_break, is_capital):
    assert (re.fullmatch(BREAK, letter) is not None) is is_break
    assert (re.fullmatch(CAPITAL, letter) is not None) is is_capital


@given(st.lists(st.text("abđ ./", min_size=1, max_size=5), min_size=1, max_size=6))
def test_joined_words_match_the_longest_of_them(words):
    joined = re.compile(join_words(words))
    for word in words:
        assert joined.match(word)[0] == word
        longest = max((other for other in words if (word + "bb").startswith(other)), key=len)
        assert joined.match(word + "bb")[0] == longest
