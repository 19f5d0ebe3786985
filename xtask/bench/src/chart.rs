//! A picture of how cost grows, as SVG written by hand: readable on light and on dark ground.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::database::Kind;
use crate::failure::Failure;

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 44.0;
const GAP: f64 = 60.0;

/// Some lines over one size, which grows by tens.
#[derive(Debug)]
pub(crate) struct Panel {
    /// What grows.
    pub(crate) axis: &'static str,
    pub(crate) lines: Vec<Line>,
}

/// One line: a size and the milliseconds it takes.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(u32, f64)>,
}

const STYLE: &str = "svg { font: 12px system-ui, sans-serif; } text { fill: #333; } .title { font-weight: 600; } \
.axis { stroke: #888; } .grid { stroke: #ddd; } .l0 { stroke: #0b62a8; fill: #0b62a8; } \
.l1 { stroke: #b3510a; fill: #b3510a; } .l2 { stroke: #3f7d20; fill: #3f7d20; } \
path { fill: none !important; stroke-width: 2; } .l1.line { stroke-dasharray: 6 3; } .l2.line { stroke-dasharray: 2 3; } \
@media (prefers-color-scheme: dark) { text { fill: #ddd; } .grid { stroke: #444; } \
.l0 { stroke: #6cb4ee; fill: #6cb4ee; } .l1 { stroke: #f0a060; fill: #f0a060; } .l2 { stroke: #8fd06a; fill: #8fd06a; } }";

/// Writes the picture of one database and tells where.
pub(crate) fn write(kind: Kind, panels: &[Panel]) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(format!("docs/images/growth-{kind}.svg"));
    std::fs::write(&path, picture(kind.title(), panels)?)?;
    Ok(path)
}

fn picture(title: &str, panels: &[Panel]) -> Result<String, Failure> {
    let most = panels
        .iter()
        .flat_map(|panel| &panel.lines)
        .flat_map(|line| &line.points)
        .fold(0.0_f64, |most, (_, millis)| most.max(*millis));
    let top = nice_top(most);
    let across = LEFT + (WIDTH + GAP) * 2.0;
    let down = TOP + HEIGHT + 100.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {across} {down}\" role=\"img\" \
         aria-label=\"How long a page takes by size, {title}\">\n<style>{STYLE}</style>\n"
    );
    writeln!(
        svg,
        "<text class=\"title\" x=\"{LEFT}\" y=\"20\">A page of 50 users on {title}: milliseconds until the answer</text>"
    )?;
    let mut left = LEFT;
    for panel in panels {
        push_panel(&mut svg, panel, left, top)?;
        left += WIDTH + GAP;
    }
    for (index, line) in panels
        .first()
        .into_iter()
        .flat_map(|panel| &panel.lines)
        .enumerate()
    {
        let x = LEFT + 250.0 * crate::figures::count(index);
        let y = down - 14.0;
        writeln!(
            svg,
            "<path class=\"line l{index}\" d=\"M{x} {} h24\"/><text x=\"{}\" y=\"{y}\">{}</text>",
            y - 4.0,
            x + 30.0,
            line.name
        )?;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn push_panel(svg: &mut String, panel: &Panel, left: f64, top: f64) -> Result<(), Failure> {
    let bottom = TOP + HEIGHT;
    let height_of = |millis: f64| bottom - HEIGHT * millis / top;
    for quarter in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (y, millis) = (height_of(top * quarter), top * quarter);
        writeln!(
            svg,
            "<path class=\"grid\" d=\"M{left} {y:.1} h{WIDTH}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{millis:.2}</text>",
            left - 6.0,
            y + 4.0
        )?;
    }
    writeln!(
        svg,
        "<path class=\"axis\" d=\"M{left} {bottom} h{WIDTH}\"/>"
    )?;
    let sizes: Vec<u32> = panel
        .lines
        .first()
        .map(|line| line.points.iter().map(|(size, _)| *size).collect())
        .unwrap_or_default();
    let steps = crate::figures::count(sizes.len().saturating_sub(1).max(1));
    let place_of = |index: usize| left + WIDTH * crate::figures::count(index) / steps;
    for (index, size) in sizes.iter().enumerate() {
        let anchor = match index {
            0 => "start",
            _ if index + 1 == sizes.len() => "end",
            _ => "middle",
        };
        writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            place_of(index),
            bottom + 18.0,
            grouped(*size)
        )?;
    }
    writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        left + WIDTH / 2.0,
        bottom + 38.0,
        panel.axis
    )?;
    for (number, line) in panel.lines.iter().enumerate() {
        let mut way = String::new();
        for (index, (size, millis)) in line.points.iter().enumerate() {
            let (x, y) = (place_of(index), height_of(*millis));
            write!(way, "{}{x:.1} {y:.1} ", if index == 0 { "M" } else { "L" })?;
            writeln!(
                svg,
                "<circle class=\"l{number}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{} {}: {millis:.2} ms</title></circle>",
                grouped(*size),
                panel.axis
            )?;
        }
        writeln!(
            svg,
            "<path class=\"line l{number}\" d=\"{}\"/>",
            way.trim_end()
        )?;
    }
    Ok(())
}

/// The least of 1, 2 and 5 times a power of ten that has room for it.
fn nice_top(most: f64) -> f64 {
    let mut power = 0.01;
    while power < 1e6 {
        for times in [1.0, 2.0, 5.0] {
            if power * times >= most {
                return power * times;
            }
        }
        power *= 10.0;
    }
    most
}

/// `1000000` as `1,000,000`.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_just_above_the_highest_point() {
        for (most, top) in [
            (0.9, 1.0),
            (1.01, 2.0),
            (3.0, 5.0),
            (0.013, 0.02),
            (70.0, 100.0),
        ] {
            assert!((nice_top(most) - top).abs() < 1e-9, "{most}");
        }
    }

    #[test]
    fn every_point_of_every_line_is_drawn() {
        let line = |name| Line {
            name,
            points: vec![(1_000, 1.0), (1_000_000, 1.5)],
        };
        let panel = |axis| Panel {
            axis,
            lines: vec![line("first"), line("deepest")],
        };
        let svg = picture("SQLite", &[panel("users"), panel("entities")]).unwrap();
        assert_eq!(svg.matches("<circle").count(), 8);
        assert!(svg.contains("1,000,000 users: 1.50 ms"), "{svg}");
        assert!(svg.contains("prefers-color-scheme: dark"));
    }
}
