/*! A picture that carries the numbers which it was drawn from. */

/// The id of the element that holds them.
pub const METADATA: &str = "eigenscope";

/// The picture with a text in it that does not show: in an element `metadata`, right after the tag that opens the document. A document without such a tag stays as it is.
pub fn with_metadata(svg: &str, text: &str) -> String {
    let Some(end) = svg.find("<svg").and_then(|start| Some(start + svg[start..].find('>')? + 1)) else {
        return svg.to_owned();
    };
    let (opening, rest) = svg.split_at(end);
    format!("{opening}\n<metadata id=\"{METADATA}\">{}</metadata>{rest}", escaped(text))
}

/// As it stands between tags. What XML cannot hold at all, JSON writes in escapes of its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_element() {
        let svg = "<svg width=\"8\" height=\"8\">\n<rect/>\n</svg>\n";
        let carried = with_metadata(svg, r#"{"name":"</metadata><script>&amp;"}"#);
        assert_eq!(
            carried,
            "<svg width=\"8\" height=\"8\">\n<metadata id=\"eigenscope\">{\"name\":\"&lt;/metadata&gt;&lt;script&gt;&amp;amp;\"}</metadata>\n<rect/>\n</svg>\n"
        );
    }

    #[test]
    fn every_picture_has_a_place_for_it() {
        let options = crate::plot::PlotOptions { width: 400.0, height: 300.0, theme: crate::plot::Theme::Light };
        let svg = crate::plot::empty(options).svg;
        let carried = with_metadata(&svg, "{}");
        assert_eq!(carried.replace("\n<metadata id=\"eigenscope\">{}</metadata>", ""), svg);
        assert_ne!(carried, svg);
        assert_eq!(with_metadata("no picture", "{}"), "no picture");
    }
}
