"""Mentions: what a first reading of a document remembers is what a second would find."""

import pytest

from lthtgn_analysis import sample_path
from lthtgn_analysis.gazetteer import open_gazetteer
from lthtgn_analysis.mentions import find_references, learn_names
from lthtgn_analysis.passages import split_passages, unmark
from lthtgn_analysis.texts import read_text

_SAMPLES = sorted(path.name for path in sample_path("documents").iterdir())
_ENGLISH = (
    "Clubs in Cai Be, Cai Lay and Cho Gao districts, Tien Giang province\n\n"
    "Cai Be has 12 clubs. The province has 43 clubs.\n\nThe club of the village has 50 members."
)
_VIETNAMESE = (
    "Nga An có 3 CLB.\n\nHuyện Nga Sơn, tỉnh Thanh Hóa: các xã Nga An, Nga Phú có 7 CLB; toàn tỉnh"
    " có 900.\n\nTheo báo cáo của Ban đại diện Hội NCT huyện, CLB thôn 3 có 50 thành viên; CLB của"
    " thôn có quỹ 60 triệu đồng.\n\nXã Tân Phong có 4 CLB, cả nước có 6.500.\n\nNga Sơn có 43 CLB."
)


def _check(text: str) -> None:
    passages = split_passages(text)
    told, asked = open_gazetteer(None), open_gazetteer(None)
    _, known = learn_names(passages, told)
    learn_names(passages, asked)
    for passage in passages:
        with_memory = find_references(passage, told, known)
        assert with_memory == find_references(passage, asked)
        assert told.village == asked.village
        assert [list(named.items()) for named in told.named.values()] == [
            list(named.items()) for named in asked.named.values()
        ]
    assert told.counts == asked.counts


@pytest.mark.parametrize("name", _SAMPLES)
def test_remembered_places_of_samples(name):
    _check(read_text(sample_path("documents") / name).text)


@pytest.mark.parametrize("text", [_ENGLISH, _VIETNAMESE, unmark(_VIETNAMESE), _VIETNAMESE.title()])
def test_remembered_places(text):
    _check(text)


def test_most_passages_of_samples_are_remembered():
    remembered = []
    for name in _SAMPLES:
        passages = split_passages(read_text(sample_path("documents") / name).text)
        _, known = learn_names(passages, open_gazetteer(None))
        remembered += [found.references is not None for found in known.values()]
    assert sum(remembered) > 0.7 * len(remembered)
