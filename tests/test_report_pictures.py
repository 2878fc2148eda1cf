"""Pictures are valid, say in words what they show, and survive any numbers."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_report_fakes import CURVES, PAYLOADS

from grader.report.pictures.curves import MOST_POINTS, curve_svg, thin_out
from grader.report.pictures.histogram import histogram_svg
from grader.report.pictures.scale import nice_step, number_text
from grader.report.pictures.small import SMALL, correlation_svg, share_svg

SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> ElementTree.Element:
    """The picture as a tree; fails when it is not well-formed, or holds anything but shapes and words."""
    root = ElementTree.fromstring(svg)
    allowed = {"svg", "title", "desc", "line", "path", "circle", "rect", "text"}
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in allowed
        assert not [name for name in node.attrib if name.startswith("on") or "href" in name]
        for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"):
            if name in node.attrib:
                assert math.isfinite(float(node.attrib[name]))
        assert "nan" not in node.attrib.get("d", "")
        assert "inf" not in node.attrib.get("d", "")
    return root


def words(root: ElementTree.Element) -> str:
    return " ".join(node.text or "" for node in root.iter())


def test_curves_are_drawn_and_described() -> None:
    root = read(curve_svg(CURVES, title="loss during training", x_label="epoch"))
    assert root.attrib["role"] == "img"
    assert len(root.findall(f"{SVG}path")) == 4
    assert "val_accuracy: from 0.51 to 0.9." in words(root)
    dashes = {node.attrib["style"].split("dasharray:")[1] for node in root.findall(f"{SVG}path")}
    assert len(dashes) == 4  # colour is not needed


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.lists(st.floats(), max_size=12), max_size=8))
def test_any_numbers_give_a_picture(series: dict[str, list[float]]) -> None:
    read(curve_svg(series, title="x"))
    for values in series.values():
        read(histogram_svg(values, maximum=20, title="x"))


@pytest.mark.parametrize("values", [[], [math.nan], [math.nan] * 300, ["a"], [[1, 2], [3]], [None, None]])
def test_nothing_to_draw_is_said(values: list[float]) -> None:
    assert "no values to draw" in words(read(curve_svg({"loss": values}, title="x")))


def test_gaps_stay_gaps_and_single_points_are_seen() -> None:
    root = read(curve_svg({"loss": [1.0, 2.0, math.nan, 3.0]}, title="x"))
    path = root.find(f"{SVG}path")
    assert path is not None
    assert path.attrib["d"].count("M") == 2
    assert len(root.findall(f"{SVG}circle")) == 1


def test_a_test_before_the_training_is_one_value_more() -> None:
    picture = curve_svg({"train_losses": [0.5, 0.25], "test_losses": [0.7, 0.4, 0.2]}, title="losses")
    train, test = re.findall(r'<path d="M([^"]*)"', picture)
    places = [[float(point.split()[0]) for point in line.split("L")] for line in (train, test)]
    assert places[0] == places[1][1:]


def test_an_exploding_loss_gets_a_logarithmic_axis() -> None:
    root = read(curve_svg({"loss": [0.1, 10, 1e4, 1e30, math.inf]}, title="x"))
    assert "1e15" in words(root).split()
    assert "from 0.1 to 1e30." in words(root)  # infinity ends the line


def test_huge_arrays_are_thinned_out() -> None:
    svg = curve_svg({"loss": np.linspace(1, 0, 1_000_000)}, title="x")
    assert len(svg) < 10_000
    assert len(thin_out(range(1_000_000))) == MOST_POINTS
    assert thin_out([1, 3]) == [1.0, 3.0]


def test_names_of_students_do_no_harm() -> None:
    svg = curve_svg({name: [1.0, 2.0] for name in PAYLOADS}, title=PAYLOADS[1])
    read(svg)
    assert "<script" not in svg
    read(histogram_svg([1, 2], maximum=3, title=PAYLOADS[0], x_label=PAYLOADS[1]))


def test_a_histogram_counts_everybody_once() -> None:
    root = read(histogram_svg([0, 0, 1, 9.99, 10, 20, 20, math.nan, -1, 99], maximum=20, title="points"))
    assert "9 values, median 9.99 of 20." in words(root)
    assert len(root.findall(f"{SVG}rect")) == 4
    counts = [
        int(n.text or "")
        for n in root.findall(f"{SVG}text")
        if float(n.attrib["y"]) < 180 and (n.text or "").isdigit()
    ]
    assert sum(counts) == 9


@pytest.mark.parametrize("maximum", [0.0, -1.0, math.nan])
def test_a_histogram_of_nothing(maximum: float) -> None:
    assert "no values" in histogram_svg([1.0], maximum=maximum, title="x")


def test_steps_and_numbers_are_for_people() -> None:
    assert [nice_step(span, 4) for span in (1, 4, 20, 0.03)] == [0.5, 1.0, 5.0, 0.01]
    assert [number_text(value) for value in (0, 0.5, 1234, 2e7, 1e-5, -3)] == [
        "0",
        "0.5",
        "1234",
        "2e7",
        "1e-5",
        "-3",
    ]


@pytest.mark.parametrize(("share", "width"), [(0.0, None), (0.25, SMALL / 4), (1.0, SMALL), (7.0, SMALL)])
def test_a_share_is_a_bar_as_long_as_it_says(share: float, width: float | None) -> None:
    root = read(share_svg(share))
    bars = [float(bar.attrib["width"]) for bar in root.findall(f"{SVG}rect") if bar.attrib["class"] == "box"]
    assert bars == ([] if width is None else [width])
    assert root.attrib["aria-hidden"] == "true"  # the number stands beside it


def test_a_correlation_is_a_dot_between_minus_one_and_one() -> None:
    dots = [
        float(read(correlation_svg(value)).find(f"{SVG}circle").attrib["cx"]) for value in (-1, 0, 0.5, 1, 2)
    ]
    assert dots == [5, SMALL / 2, SMALL / 2 + (SMALL - 10) / 4, SMALL - 5, SMALL - 5]
