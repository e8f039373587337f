use super::*;
use crate::fit::map::{WindowMap, window_map};
use crate::given::Kind;
use crate::moments::{Precision, Preparation};
use crate::report::Sentence;

const PHONE: PlotOptions = PlotOptions { width: 280.0, height: 180.0, theme: Theme::Dark };
const WIDE: PlotOptions = PlotOptions { width: 640.0, height: 260.0, theme: Theme::Light };
const WINDOW: Window = Window { first: 11, last: 100 };

/// A law that bends, with a wave on it.
fn bent(count: u32) -> Vec<f64> {
    let value = |log: f64| (-1.1 * log - 0.04 * log * log + 0.05 * (7.0 * log).sin()).exp();
    (1..=count).map(|k| value(f64::from(k).ln())).collect()
}

fn map(count: u32) -> WindowMap {
    window_map(&bent(count), count as usize, Weight::InverseRank)
}

fn spectrum_of(eigenvalues: Vec<f64>) -> Spectrum {
    let d = eigenvalues.len();
    Spectrum {
        version: 1,
        software: String::new(),
        name: String::new(),
        files: Vec::new(),
        given: Kind::Features,
        format: crate::source::Format::Npy,
        array: String::new(),
        columns: String::new(),
        loader: String::new(),
        labels: Vec::new(),
        shape: Vec::new(),
        dtype: String::new(),
        byte_order: String::new(),
        order: String::new(),
        engine: String::new(),
        adapter: None,
        gpu_rows: 0,
        engine_reason: Sentence { code: String::new(), message: String::new() },
        instruction_set: String::new(),
        workers: 1,
        precision: Precision::Exact,
        method: String::new(),
        shift: String::new(),
        preparation: Preparation::default(),
        dropped_components: 0,
        divisor: String::new(),
        skipped_rows: 0,
        provisional: false,
        n: Some(1000),
        d: Some(d as u64),
        rank_ceiling: d as u64,
        usable_ranks: d,
        floor: 1e-12,
        total_variance: eigenvalues.iter().sum(),
        zero_variance_columns: Some(0),
        eigenvalues,
    }
}

/// The words of a picture, with their pixel positions, anchors and colours.
fn texts(svg: &str) -> Vec<(f64, f64, String, String)> {
    svg.split("<text ")
        .skip(1)
        .map(|text| {
            let attribute = |name: &str| {
                let from = text.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
                text[from..].split('"').next().unwrap().to_owned()
            };
            let body = text[text.find('>').unwrap() + 1..].split('<').next().unwrap().trim().to_owned();
            let at = |name: &str| attribute(name).parse::<f64>().unwrap() / 10.0;
            (at("x"), at("y"), attribute("text-anchor"), body)
        })
        .collect()
}

/// Left, top, right and bottom of every word, roughly.
fn boxes(svg: &str) -> Vec<(FrameBox, String)> {
    let covers = |(x, y, anchor, text): (f64, f64, String, String)| {
        let width = labels::width(&text);
        let left = match anchor.as_str() {
            "start" => x,
            "middle" => x - width / 2.0,
            _ => x - width,
        };
        // plotters puts the middle of a text a little above its y.
        (FrameBox { left, top: y - 10.0, right: left + width, bottom: y + 2.0 }, text)
    };
    texts(svg).into_iter().map(covers).collect()
}

/// No word is cut off or lies on another, each axis has two numbers at least, and every number is one.
fn is_sound(svg: &str, frame: FrameBox, options: PlotOptions) {
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    let boxes = boxes(svg);
    for (i, (a, text)) in boxes.iter().enumerate() {
        assert!(a.left >= 0.0 && a.right <= options.width, "{text} is cut off: {a:?}");
        assert!(a.top >= 0.0 && a.bottom <= options.height, "{text} is cut off: {a:?}");
        for (b, other) in &boxes[..i] {
            let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart, "{text} lies on {other}: {a:?} {b:?}");
        }
    }
    let number = |text: &str| text.trim_start_matches('−').starts_with(|first: char| first.is_ascii_digit());
    let numbers = |on_axis: &dyn Fn(&FrameBox) -> bool| {
        boxes.iter().filter(|(place, text)| number(text) && on_axis(place)).count()
    };
    assert!(numbers(&|place| place.top > frame.bottom) >= 2, "labels of the horizontal axis: {boxes:?}");
    assert!(numbers(&|place| place.right < frame.left) >= 2, "labels of the vertical axis: {boxes:?}");
}

#[test]
fn small_figures_are_sound_at_every_size() {
    for options in [PHONE, WIDE] {
        for rows in [300.0, 1500.0, 60_000.0, 2_000_000.0] {
            let points: Vec<(f64, f64)> = (1..=10).map(|j| (rows * f64::from(j), 0.8 + 0.1 / f64::from(j))).collect();
            for points in [&points[..], &points[7..], &points[9..]] {
                for interval in [None, Some((0.79, 0.83)), Some((-0.2, 1.9))] {
                    let figure = alpha_of_n(points, interval, options);
                    is_sound(&figure.svg, figure.frame, options);
                    assert_eq!(figure.xs.len(), points.len());
                }
            }
        }
        for (count, window) in [(5, (1, 5)), (40, (11, 40)), (384, (11, 100)), (4096, (11, 500))] {
            let ranks: Vec<f64> = (1..=count).map(f64::from).collect();
            for scale in [0.001, 1.0, 300.0] {
                let values: Vec<f64> = ranks.iter().map(|rank| scale * (rank.ln().sin() + 0.001 * rank)).collect();
                let figure = local_slope(&ranks, &values, window, scale, options);
                is_sound(&figure.svg, figure.frame, options);
                let figure = residuals(&ranks, &values, window, options);
                is_sound(&figure.svg, figure.frame, options);
            }
        }
    }
}

#[test]
fn a_figure_of_nothing_is_drawn_and_says_so() {
    for figure in [
        alpha_of_n(&[], None, PHONE),
        local_slope(&[], &[], (11, 100), 0.8, PHONE),
        residuals(&[], &[], (11, 100), PHONE),
    ] {
        is_sound(&figure.svg, figure.frame, PHONE);
        assert!(figure.summary.contains("too few"), "{}", figure.summary);
        assert!(figure.xs.is_empty() && figure.ys.is_empty());
    }
}

#[test]
fn a_tail_that_plunges_does_not_flatten_the_window() {
    let ranks: Vec<f64> = (1..=300).map(f64::from).collect();
    let values: Vec<f64> = ranks.iter().map(|&rank| if rank > 250.0 { -50.0 } else { 0.1 * rank.ln().sin() }).collect();
    let figure = residuals(&ranks, &values, (11, 100), WIDE);
    let inside: Vec<f64> = figure.ys[10..100].to_vec();
    let height = figure.frame.bottom - figure.frame.top;
    let spread = inside.iter().copied().fold(f64::MIN, f64::max) - inside.iter().copied().fold(f64::MAX, f64::min);
    assert!(spread > 0.2 * height, "{spread} of {height}");
    assert!(figure.ys[299].is_nan() && inside.iter().all(|y| (figure.frame.top..=figure.frame.bottom).contains(y)));
}

#[test]
fn summaries_are_written_from_the_numbers() {
    let figure = alpha_of_n(&[(300.0, 0.866), (1500.0, 0.8), (3000.0, 0.787)], Some((0.772, 0.802)), PHONE);
    assert_eq!(
        figure.summary,
        "α against the number of rows: 0.866 from 300 rows, 0.787 from 3,000. The last has a 95 % interval from 0.772 to 0.802.",
    );
    let figure = residuals(&[1.0, 11.0, 50.0, 200.0], &[-3.0, -0.25, 0.125, 9.0], (11, 100), PHONE);
    assert_eq!(
        figure.summary,
        "Residuals of log λ from the fitted line against rank: from −0.25 to 0.12 over ranks 11 to 100.",
    );
}

#[test]
fn cells_cover_the_map_once() {
    for (count, options) in [(384, PHONE), (384, WIDE), (4096, WIDE), (30, PHONE)] {
        let map = map(count);
        let HeatMap { cells, frame, .. } = heat_map(&map, MapView::Alpha, WINDOW, options);
        assert_eq!(cells.len(), map.windows().count());
        // A pixel's windows: one cell, or, in the upper left, none; on its right there is always one more.
        let mut covered = 0.0;
        for row in frame.top.ceil() as usize..frame.bottom as usize {
            let mut begun = false;
            for column in frame.left.ceil() as usize..frame.right as usize {
                let (x, y) = (column as f64 + 0.5, row as f64 + 0.5);
                let holds = |cell: &&Cell| (cell.left..cell.right).contains(&x) && (cell.top..cell.bottom).contains(&y);
                let found = cells.iter().filter(holds).count();
                assert!(found == 1 || (found == 0 && !begun), "{found} cells at {x}, {y}");
                begun |= found == 1;
                covered += found as f64;
            }
            assert!(begun, "an empty row at {row}");
        }
        let area: f64 = cells.iter().map(|cell| (cell.right - cell.left) * (cell.bottom - cell.top)).sum();
        assert!((covered / area - 1.0).abs() < 1e-9, "{covered} of {area}");
    }
}

#[test]
fn cells_have_the_numbers_of_their_windows() {
    let map = map(384);
    let heat = heat_map(&map, MapView::R2, WINDOW, WIDE);
    for (cell, found) in heat.cells.iter().zip(map.windows()) {
        let window = Window { first: cell.first, last: cell.last };
        assert_eq!(
            (window, cell.alpha, cell.r2, cell.curvature),
            (found.window, found.alpha, found.r2, found.curvature)
        );
        // A later last rank is further right, a later first rank further up.
        assert!(cell.left < cell.right && cell.top < cell.bottom);
    }
}

#[test]
fn a_map_is_sound_in_every_view() {
    for count in [30, 119, 384, 4096] {
        let map = map(count);
        for (view, name) in [(MapView::Alpha, "α"), (MapView::R2, "R²"), (MapView::Curvature, "curvature")] {
            for options in [PHONE, WIDE, PlotOptions { height: 400.0, ..WIDE }] {
                let heat = heat_map(&map, view, WINDOW, options);
                is_sound(&heat.svg, heat.frame, options);
                assert!(heat.summary.starts_with(&format!("A map of {name} for")), "{}", heat.summary);
                // The bar and its words are off the cells.
                for (place, text) in boxes(&heat.svg) {
                    let on = |cell: &&Cell| {
                        place.left < cell.right
                            && cell.left < place.right
                            && place.top < cell.bottom
                            && cell.top < place.bottom
                    };
                    assert!(!heat.cells.iter().any(|cell| on(&cell)), "{text} lies on a cell, {count} {options:?}");
                }
            }
        }
    }
}

#[test]
fn the_window_in_view_is_marked_where_the_map_has_it() {
    let says = |count, first, last| heat_map(&map(count), MapView::Alpha, Window { first, last }, PHONE).summary;
    assert!(says(384, 11, 100).contains("in view is marked"), "{}", says(384, 11, 100));
    assert!(says(384, 11, 100).ends_with("over ranks 10 to 100."));
    // Clipped to the last usable rank, as the fit is.
    assert!(says(30, 11, 100).ends_with("over ranks 10 to 30."), "{}", says(30, 11, 100));
    // Too narrow to be there, or behind the end.
    for (first, last) in [(50, 60), (90, 100), (500, 900)] {
        assert!(!says(384, first, last).contains("marked"), "{}", says(384, first, last));
    }
}

#[test]
fn a_map_without_windows_is_drawn() {
    for count in [0, 1, 2] {
        let heat = heat_map(&map(count), MapView::Alpha, WINDOW, PHONE);
        assert!(heat.cells.is_empty() && !heat.svg.contains("NaN"));
        assert_eq!(heat.summary, "There are too few usable ranks to compare windows.");
    }
}

/// The marks of a document, each as text.
fn marks(svg: &str) -> Vec<String> {
    let mut lines = svg.lines();
    assert!(lines.next().unwrap().starts_with("<svg ") && lines.next().unwrap().starts_with("<rect "));
    let mut marks: Vec<String> = Vec::new();
    for line in lines {
        match marks.last_mut().filter(|_| !line.starts_with('<') || line == "</text>") {
            Some(mark) => mark.push_str(line),
            None => marks.push(line.to_owned()),
        }
    }
    assert_eq!(marks.pop().as_deref(), Some("</svg>"));
    marks
}

#[test]
fn what_the_window_has_no_part_in_stands_together() {
    let evidence = Evidence::of(spectrum_of(bent(384)));
    let noise: Vec<f64> = (1..=384).map(|k| 0.03 - 0.00005 * f64::from(k)).collect();
    let nulls = Overlays { noise_edge: Some(0.0312), noise: Some(&noise), local: Some((20, 300)) };
    for overlays in [Overlays::default(), nulls] {
        let draw = |window| spectrum(&evidence, window, Weight::InverseRank, overlays, WIDE);
        let (plot, moved, unfitted) =
            (draw(WINDOW), draw(Window::new(20, 90).unwrap()), draw(Window { first: 900, last: 901 }));
        let lasting = |plot: &Plot| marks(&plot.svg)[plot.lasting.clone()].to_vec();
        let same = lasting(&plot);
        assert_eq!(lasting(&moved), same);
        assert_eq!(lasting(&unfitted), same);
        assert_ne!(moved.svg, plot.svg);
        // Axes and every point; of the rest there is little.
        let points = same.iter().filter(|mark| mark.starts_with("<circle")).count();
        assert!(points > 100 && plot.svg.matches("<circle").count() == points, "{points}");
        let words: usize = same.iter().filter(|mark| mark.contains("rank") || mark.contains("eigenvalue")).count();
        assert!(words >= 2 && marks(&plot.svg).len() < same.len() + 15, "{words}");
        assert_eq!((plot.lasting.start, unfitted.lasting.start), (1, 0));
    }
}

#[test]
fn overlays_are_drawn_on_demand_and_their_labels_stand_apart() {
    let evidence = Evidence::of(spectrum_of(bent(384)));
    let noise: Vec<f64> = (1..=384).map(|k| 0.03 - 0.00005 * f64::from(k)).collect();
    for options in [PlotOptions { width: 340.0, height: 300.0, ..PHONE }, PlotOptions { height: 460.0, ..WIDE }] {
        let draw = |overlays| spectrum(&evidence, WINDOW, Weight::InverseRank, overlays, options).svg;
        let plain = draw(Overlays::default());
        assert!(!plain.contains("noise"));
        let all = draw(Overlays { noise_edge: Some(0.0312), noise: Some(&noise), local: Some((20, 300)) });
        assert!(all.contains("noise edge 0.031") && all.contains("pure noise"));
        let words: Vec<_> = boxes(&all).into_iter().filter(|(_, text)| text.len() > 6).collect();
        for (i, (a, text)) in words.iter().enumerate() {
            for (b, other) in &words[..i] {
                let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                assert!(apart, "{text} lies on {other}");
            }
        }
        // The dashes of the window that is pointed at.
        let pointed = draw(Overlays { local: Some((20, 300)), ..Overlays::default() });
        assert!(pointed.contains("stroke-dasharray") && !plain.contains("stroke-dasharray"));
        // A window that is none, and an edge far above or below, leave the picture whole.
        for overlays in [
            Overlays { local: Some((300, 300)), ..Overlays::default() },
            Overlays { noise_edge: Some(1e-30), ..Overlays::default() },
            Overlays { noise_edge: Some(0.0), noise: Some(&[]), ..Overlays::default() },
        ] {
            assert_eq!(draw(overlays), plain);
        }
    }
}
