//! Words and numbers as the report writes them.

/// Text as HTML, in elements and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not allowed in a document at all.
            c if c.is_control() && !c.is_whitespace() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// A number to about three digits: plain from a thousandth to ten million, with thin spaces between thousands, else as a power
/// of ten; a dash for what is not a number.
pub fn number(x: f64) -> String {
    let size = x.abs();
    match size {
        _ if x.is_nan() => "\u{2013}".to_owned(),
        _ if x == f64::INFINITY => "\u{221E}".to_owned(),
        _ if x == f64::NEG_INFINITY => "\u{2212}\u{221E}".to_owned(),
        0.0 => "0".to_owned(),
        _ if !(1e-3..1e7).contains(&size) => signed(&format!("{x:.1e}")),
        _ if size >= 100.0 || x.fract() == 0.0 => signed(&thousands(x)),
        _ if size >= 10.0 => signed(&format!("{x:.1}")),
        _ if size >= 1.0 => signed(&format!("{x:.2}")),
        _ => signed(&format!("{x:.3}")),
    }
}

/// A tolerance or another power of ten: `1e-4`.
pub fn power(x: f64) -> String {
    if x.is_finite() { signed(&format!("{x:e}")) } else { number(x) }
}

/// Mean and standard deviation, or the value alone where there is one.
pub fn spread(values: &[f64]) -> String {
    let mean = mean(values);
    if values.len() < 2 {
        return number(mean);
    }
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    let deviation = (squares / (values.len() - 1) as f64).sqrt();
    format!("{} \u{B1} {}", number(mean), number(deviation))
}

/// The mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Bytes in the unit that suits them.
pub fn bytes(count: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut count, mut unit) = (count, 0);
    while count >= 1024.0 && unit + 1 < units.len() {
        count /= 1024.0;
        unit += 1;
    }
    if count.is_nan() { number(count) } else { format!("{} {}", number(count), units[unit]) }
}

/// A hyphen before a digit is a minus; and no line is broken there.
fn signed(text: &str) -> String {
    text.replace('-', "\u{2212}")
}

fn thousands(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut out = String::from(if x < 0.0 { "-" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        // 9999 needs no help.
        if i > 0 && (digits.len() - i).is_multiple_of(3) && digits.len() > 4 {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_texts_is_text() {
        assert_eq!(
            escaped("<b a='1' c=\"2\">&\u{0}"),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\u{FFFD}"
        );
    }

    #[test]
    fn numbers_are_short() {
        for (x, text) in [
            (0.0, "0"),
            (1234.0, "1234"),
            (20_025.0, "20\u{2009}025"),
            (-12.34, "\u{2212}12.3"),
            (0.5, "0.500"),
            (1.5e-5, "1.5e\u{2212}5"),
            (f64::NAN, "\u{2013}"),
            (f64::INFINITY, "\u{221E}"),
        ] {
            assert_eq!(number(x), text);
        }
        assert_eq!(power(1e-4), "1e\u{2212}4");
        assert_eq!(bytes(3.0 * 1024.0 * 1024.0), "3 MiB");
        // The deviation of a sample: sqrt((1 + 0 + 1) / 2).
        assert_eq!(spread(&[1.0, 2.0, 3.0]), "2 \u{B1} 1");
    }
}
